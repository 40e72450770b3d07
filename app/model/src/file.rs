//! Files that people give each other. Their bytes are elsewhere; this is what everybody in the conversation may know of one.

use serde::{Deserialize, Serialize};

use crate::{id::AttachmentId, text::FileName};

/// What may be given. The kind is read from the bytes, never from the name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Media {
    /// A picture, written anew by the server as PNG: nothing of what a camera adds is in it.
    Png,
    /// A picture, written anew by the server as JPEG.
    Jpeg,
    /// A document that is only ever offered for download.
    Pdf,
    /// Plain text that is only ever offered for download.
    Text,
}

crate::json::read_codes! {
    Media { Png = "png", Jpeg = "jpeg", Pdf = "pdf", Text = "text" }
}

impl Media {
    /// As HTTP names it.
    pub fn content_type(self) -> &'static str {
        match self {
            Self::Png => "image/png",
            Self::Jpeg => "image/jpeg",
            Self::Pdf => "application/pdf",
            Self::Text => "text/plain; charset=utf-8",
        }
    }

    /// Whether it can be shown in the conversation.
    pub fn is_picture(self) -> bool {
        matches!(self, Self::Png | Self::Jpeg)
    }

    /// As it stands in the database.
    pub fn code(self) -> &'static str {
        match self {
            Self::Png => "png",
            Self::Jpeg => "jpeg",
            Self::Pdf => "pdf",
            Self::Text => "text",
        }
    }

    /// The reverse of [`Media::code`].
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Png, Self::Jpeg, Self::Pdf, Self::Text]
            .into_iter()
            .find(|m| m.code() == code)
    }
}

/// A file in a conversation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SharedFile {
    /// In its address, `/files/{id}`.
    pub id: AttachmentId,
    /// As its giver named it, cleaned.
    pub name: FileName,
    /// What it is.
    pub media: Media,
    /// Bytes, as it is kept.
    pub size: u32,
    /// Width and height of a picture, in pixels, so that nothing jumps when it arrives.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pixels: Option<(u16, u16)>,
    /// In its address, `?k=…`, for a shopper whose browser keeps our cookie from us; made when the file is told of, never kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
}

crate::read_struct! {
    SharedFile { id, name, media, size, pixels, key }
}
