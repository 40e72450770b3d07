//! A form with a file in it, as browsers send it.

use model::id::{ClientId, ConversationId};
use reqwest::RequestBuilder;

const BOUNDARY: &str = "----vitrine-testkit-boundary";

/// The request with that form as its body.
pub fn with_file(request: RequestBuilder, conversation: ConversationId, cid: ClientId, name: &str, bytes: &[u8]) -> RequestBuilder {
    let mut body = Vec::new();
    for (field, value) in [("conversation", conversation.to_string()), ("cid", cid.to_string())] {
        body.extend(format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{field}\"\r\n\r\n{value}\r\n").into_bytes());
    }
    // As the standard says: what would end the name is written in percents.
    let name = name.replace('"', "%22").replace('\r', "%0D").replace('\n', "%0A");
    let head = format!(
        "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\nContent-Type: application/octet-stream\r\n\r\n"
    );
    body.extend(head.into_bytes());
    body.extend(bytes);
    body.extend(format!("\r\n--{BOUNDARY}--\r\n").into_bytes());
    request
        .header("content-type", format!("multipart/form-data; boundary={BOUNDARY}"))
        .body(body)
}
