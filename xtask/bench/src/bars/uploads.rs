//! L7: pictures of five megabytes, sixteen at once, while others chat. Each is decoded and written anew.

use std::{
    io::Cursor,
    time::{Duration, Instant},
};

use futures::{StreamExt, stream};
use image::{DynamicImage, ImageFormat, RgbImage};
use model::id::ClientId;
use rand::{RngCore, SeedableRng, rngs::SmallRng};
use reqwest::RequestBuilder;
use uuid::Uuid;

use super::{
    Bars, Found, mib,
    stage::{SETTLE, Stage},
};
use crate::{
    Result,
    figure::Figure,
    probe::Watch,
    vitrine::{Shop, Shopper},
};

const ROW: &str = "L7";
const RATE: u32 = 100;
const AT_ONCE: usize = 16;
/// Pixels of a side: noise of this size is a file of five megabytes, which nothing makes smaller.
const SIDE: u32 = 1_285;
/// What one visitor may give in an hour is 25 MB.
const OF_EACH: usize = 5;
/// Longer than any run.
const ALL_THE_TIME: Duration = Duration::from_hours(2);
const BOUNDARY: &str = "----vitrine-bench-boundary";

pub(super) async fn measure(bars: &Bars) -> Result<Found> {
    let mut found = Found::default();
    let stage = Stage::open(bars, bars.uploads.div_ceil(OF_EACH)).await?;
    let picture = picture()?;
    let calm = stage.crowd.ledger().begin_phase();
    stage.crowd.talk(&stage.speakers, RATE, bars.part()).await;
    stage.crowd.settle(SETTLE).await;
    let acks = stage.crowd.ledger().acks(calm);
    found.latency(ROW, "send to acknowledgement before the pictures", acks, None);
    let probe = stage.server.probe()?;
    let before = probe.memory()?;
    let watch = Watch::begin(probe);
    let phase = stage.crowd.ledger().begin_phase();
    let kb = picture.len() / 1_000;
    eprintln!("bench: {} pictures of {kb} kB, {AT_ONCE} at once", bars.uploads);
    let begun = Instant::now();
    let address = stage.server.address;
    let given = stream::iter(0..bars.uploads)
        .map(|n| give(&stage.shop, address, &stage.more[n / OF_EACH], &picture))
        .buffer_unordered(AT_ONCE)
        .collect::<Vec<Result<f64>>>();
    let given = tokio::select! {
        () = stage.crowd.talk(&stage.speakers, RATE, ALL_THE_TIME) => return Err("the pictures did not end".into()),
        given = given => given,
    };
    let took = begun.elapsed();
    let grown = watch.end().saturating_sub(before);
    stage.crowd.settle(SETTLE).await;
    let acks = stage.crowd.ledger().acks(phase);
    found.latency(ROW, "send to acknowledgement beside the pictures", acks, Some(250.0));
    let mut times = Vec::with_capacity(given.len());
    let mut refused = 0_u32;
    for one in given {
        match one {
            Ok(ms) => times.push(ms),
            Err(why) => {
                refused += 1;
                eprintln!("bench: a picture was not taken: {why}");
            }
        }
    }
    found.add(Figure::new(
        ROW,
        format!("{} pictures of {kb} kB", times.len()),
        took.as_secs_f64(),
        "s",
    ));
    found.latency(ROW, "one picture, sent and kept", times, None);
    found.add(Figure::new(ROW, "pictures that were not taken", f64::from(refused), "").at_most(0.0));
    found.add(Figure::new(ROW, "memory grown by", mib(grown), "MiB").at_most(400.0));
    found.add(stage.close(ROW).await?);
    Ok(found)
}

/// Gives it; answers how many milliseconds that took.
async fn give(shop: &Shop, address: std::net::SocketAddr, shopper: &Shopper, picture: &[u8]) -> Result<f64> {
    let begun = Instant::now();
    let request = with_file(shop.of(address, shopper, "/files"), shopper, picture);
    crate::vitrine::sent(request).await?;
    Ok(begun.elapsed().as_secs_f64() * 1_000.0)
}

/// The form that a browser sends.
fn with_file(request: RequestBuilder, shopper: &Shopper, bytes: &[u8]) -> RequestBuilder {
    let cid = ClientId(Uuid::now_v7());
    let mut body = Vec::with_capacity(bytes.len() + 1_024);
    for (field, value) in [("conversation", shopper.conversation.to_string()), ("cid", cid.to_string())] {
        let part = format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{field}\"\r\n\r\n{value}\r\n");
        body.extend_from_slice(part.as_bytes());
    }
    let head =
        format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"vase.png\"\r\nContent-Type: image/png\r\n\r\n");
    body.extend_from_slice(head.as_bytes());
    body.extend_from_slice(bytes);
    body.extend_from_slice(format!("\r\n--{BOUNDARY}--\r\n").as_bytes());
    request
        .header("content-type", format!("multipart/form-data; boundary={BOUNDARY}"))
        .header("accept", "application/json")
        .body(body)
}

/// Noise.
fn picture() -> Result<Vec<u8>> {
    let mut pixels = vec![0_u8; (SIDE * SIDE * 3) as usize];
    SmallRng::seed_from_u64(17).fill_bytes(&mut pixels);
    let noise = RgbImage::from_raw(SIDE, SIDE, pixels).ok_or("too few pixels")?;
    let mut file = Cursor::new(Vec::new());
    DynamicImage::ImageRgb8(noise).write_to(&mut file, ImageFormat::Png)?;
    Ok(file.into_inner())
}
