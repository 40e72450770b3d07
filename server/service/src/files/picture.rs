//! A picture written anew: turned the way up that its camera meant, and without anything else that came with it.
//!
//! Its size is looked at before a single pixel is read. It is called where blocking is allowed, two at a time.

use std::io::Cursor;

use image::{
    DynamicImage, ImageDecoder as _, ImageError, ImageFormat, ImageReader, Limits,
    codecs::{jpeg::JpegEncoder, png::PngEncoder},
    metadata::Orientation,
};
use model::{
    file::Media,
    limits::{PICTURE_PIXELS_MAX, PICTURE_SIDE_MAX},
    refusal::{Field, Refusal},
};

/// The memory that reading one may take: all pixels of the largest, and as much again.
const ALLOC_MAX: u64 = 160 * 1024 * 1024;
/// Good enough that nobody sees a difference.
const JPEG_QUALITY: u8 = 88;

/// The longer side of a picture as it is shown: twice what a bubble is wide, for sharp screens.
const SMALL_SIDE: u32 = 640;
/// Nobody looks closely at these.
const SMALL_JPEG_QUALITY: u8 = 80;

/// A picture as it is kept.
#[derive(Debug)]
pub(crate) struct Picture {
    /// What it is now.
    pub(crate) media: Media,
    /// The whole file.
    pub(crate) bytes: Vec<u8>,
    /// The same as it is shown, if that is less.
    pub(crate) small: Option<Vec<u8>>,
    /// Width and height.
    pub(crate) pixels: (u16, u16),
}

/// Reads and writes it.
pub(crate) fn anew(format: ImageFormat, bytes: &[u8]) -> Result<Picture, Refusal> {
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    let mut limits = Limits::no_limits();
    limits.max_image_width = Some(PICTURE_SIDE_MAX);
    limits.max_image_height = Some(PICTURE_SIDE_MAX);
    limits.max_alloc = Some(ALLOC_MAX);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(why)?;
    let (width, height) = decoder.dimensions();
    if width > PICTURE_SIDE_MAX || height > PICTURE_SIDE_MAX || u64::from(width) * u64::from(height) > PICTURE_PIXELS_MAX {
        return Err(Refusal::PictureTooLarge);
    }
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let mut image = DynamicImage::from_decoder(decoder).map_err(why)?;
    image.apply_orientation(orientation);
    write(format, image)
}

fn write(format: ImageFormat, image: DynamicImage) -> Result<Picture, Refusal> {
    let transparent = image.color().has_alpha();
    let side = |length: u32| u16::try_from(length).map_err(|_| Refusal::PictureTooLarge);
    let pixels = (side(image.width())?, side(image.height())?);
    // What was a photo stays one; what has sharp edges or sees through keeps them.
    let is_photo = format == ImageFormat::Jpeg || (format == ImageFormat::WebP && !transparent);
    let media = if is_photo { Media::Jpeg } else { Media::Png };
    let image = if transparent && !is_photo {
        DynamicImage::ImageRgba8(image.into_rgba8())
    } else {
        DynamicImage::ImageRgb8(image.into_rgb8())
    };
    let bytes = encoded(&image, media, JPEG_QUALITY)?;
    let small = if image.width().max(image.height()) > SMALL_SIDE {
        let small = encoded(&image.thumbnail(SMALL_SIDE, SMALL_SIDE), media, SMALL_JPEG_QUALITY)?;
        (small.len() < bytes.len()).then_some(small)
    } else {
        None
    };
    Ok(Picture {
        media,
        bytes,
        small,
        pixels,
    })
}

fn encoded(image: &DynamicImage, media: Media, quality: u8) -> Result<Vec<u8>, Refusal> {
    let mut bytes = Vec::new();
    let written = match media {
        Media::Jpeg => image.write_with_encoder(JpegEncoder::new_with_quality(&mut bytes, quality)),
        _ => image.write_with_encoder(PngEncoder::new(&mut bytes)),
    };
    written.map_err(why)?;
    Ok(bytes)
}

fn why(error: ImageError) -> Refusal {
    match error {
        ImageError::Limits(_) => Refusal::PictureTooLarge,
        _ => Refusal::Invalid(Field::File),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn painted(width: u32, height: u32, format: ImageFormat) -> Vec<u8> {
        let mut bytes = Cursor::new(Vec::new());
        DynamicImage::new_rgb8(width, height).write_to(&mut bytes, format).expect("encodes");
        bytes.into_inner()
    }

    /// A JPEG as a telephone makes it: what follows the first two bytes is a segment of the camera's own.
    fn with_exif(jpeg: &[u8], orientation: u8) -> Vec<u8> {
        // A TIFF header, one entry (0x0112, a short), no further directory, and words that must not survive.
        let mut exif = b"Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0".to_vec();
        exif.extend([orientation, 0, 0, 0, 0, 0, 0, 0]);
        exif.extend(b"GPS 52.0116 4.3571");
        let length = u16::try_from(exif.len() + 2).expect("short").to_be_bytes();
        [&jpeg[..2], &[0xff, 0xe1][..], length.as_slice(), exif.as_slice(), &jpeg[2..]].concat()
    }

    #[test]
    fn hd_7_what_is_shown_is_small_and_tells_no_more_than_what_is_kept() {
        let photo = with_exif(&painted(1_600, 1_000, ImageFormat::Jpeg), 6);
        let picture = anew(ImageFormat::Jpeg, &photo).expect("reads");
        assert_eq!(picture.pixels, (1_000, 1_600), "turned the way up");
        let small = picture.small.expect("is smaller");
        assert!(small.len() < picture.bytes.len() && !small.windows(3).any(|window| window == b"GPS"));
        let read = image::load_from_memory_with_format(&small, ImageFormat::Jpeg).expect("reads");
        assert_eq!((read.width(), read.height()), (400, 640));
        let icon = anew(ImageFormat::Png, &painted(12, 7, ImageFormat::Png)).expect("reads");
        assert_eq!(icon.small, None);
    }

    #[test]
    fn every_kind_becomes_a_png_or_a_jpeg_of_the_same_size() {
        for (format, media) in [
            (ImageFormat::Png, Media::Png),
            (ImageFormat::Jpeg, Media::Jpeg),
            (ImageFormat::Gif, Media::Png),
            (ImageFormat::WebP, Media::Jpeg),
        ] {
            let picture = anew(format, &painted(12, 7, format)).expect("reads");
            assert_eq!((picture.media, picture.pixels), (media, (12, 7)), "{format:?}");
            assert_eq!(
                anew(
                    if media == Media::Png { ImageFormat::Png } else { ImageFormat::Jpeg },
                    &picture.bytes
                )
                .expect("again")
                .pixels,
                (12, 7)
            );
        }
    }

    #[test]
    fn hd_7_where_a_photo_was_taken_is_not_kept_and_it_stands_upright() {
        let photo = with_exif(&painted(12, 7, ImageFormat::Jpeg), 6);
        let picture = anew(ImageFormat::Jpeg, &photo).expect("reads");
        assert_eq!(picture.pixels, (7, 12), "turned by a quarter");
        let contains = |words: &[u8]| picture.bytes.windows(words.len()).any(|w| w == words);
        assert!(!contains(b"GPS") && !contains(b"Exif"));
    }

    #[test]
    fn hd_4_a_picture_that_would_fill_the_memory_is_refused_by_its_first_bytes() {
        // The header of a PNG says what it will be; nothing of it has to be there.
        let header = |side: u32| {
            let mut png = painted(1, 1, ImageFormat::Png);
            png[16..20].copy_from_slice(&side.to_be_bytes());
            png[20..24].copy_from_slice(&side.to_be_bytes());
            let crc = crc32(&png[12..29]).to_be_bytes();
            png[29..33].copy_from_slice(&crc);
            png
        };
        for side in [60_000, 11_000, PICTURE_SIDE_MAX + 1, 5_000] {
            assert_eq!(
                anew(ImageFormat::Png, &header(side)).expect_err("refused"),
                Refusal::PictureTooLarge,
                "{side}"
            );
        }
    }

    #[test]
    fn what_only_begins_like_a_picture_is_refused() {
        let whole = painted(40, 40, ImageFormat::Png);
        for bytes in [&whole[..40], &b"\x89PNG\r\n\x1a\n<html>"[..], &b"\xff\xd8\xff"[..]] {
            let format = if bytes[0] == 0x89 { ImageFormat::Png } else { ImageFormat::Jpeg };
            assert_eq!(anew(format, bytes).expect_err("refused"), Refusal::Invalid(Field::File));
        }
    }

    fn crc32(bytes: &[u8]) -> u32 {
        !bytes.iter().fold(u32::MAX, |crc, byte| {
            (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
                if crc & 1 == 1 { (crc >> 1) ^ 0xEDB8_8320 } else { crc >> 1 }
            })
        })
    }
}
