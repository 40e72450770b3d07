//! What each socket command is asked with. A command without a line here is noticed by `policy_of_frame`, which names them all.

use model::{
    event::{Audience, Mark},
    id::{ClientId, ConversationId, Seq},
    text::Body,
    wire::{ClientFrame, ServerFrame},
};
use service::clock::new_id;
use testkit::Socket;

/// Every command about a conversation.
pub(crate) fn frames(conv: ConversationId, cid: ClientId) -> Vec<ClientFrame> {
    let mark = Mark { got: Seq(1), read: Seq(1) };
    vec![
        ClientFrame::Sub {
            conv,
            aud: Audience::All,
            epoch: None,
            after_seq: None,
        },
        ClientFrame::Sub {
            conv,
            aud: Audience::Desk,
            epoch: None,
            after_seq: Some(Seq(0)),
        },
        ClientFrame::Send {
            conv,
            aud: Audience::All,
            cid,
            body: Body::parse("mine now").expect("fine"),
        },
        ClientFrame::Send {
            conv,
            aud: Audience::Desk,
            cid,
            body: Body::parse("mine now").expect("fine"),
        },
        ClientFrame::Read { conv, mark },
        ClientFrame::Typing { conv, on: true },
        ClientFrame::Unsub { conv, aud: Audience::All },
    ]
}

/// What a socket says to a frame, as far as it says anything: asked for a `Gone` afterwards, so that silence can be told from lateness.
/// Conversations do not wait for each other, so what is always answered is waited for as well. Nothing it says holds what must not be heard.
pub(crate) async fn says(socket: &mut Socket, frame: ClientFrame, id: ConversationId, secrets: &[&str]) -> Vec<String> {
    let mut answered = !matches!(frame, ClientFrame::Sub { .. } | ClientFrame::Send { .. });
    let mut fenced = false;
    socket.send(&frame).await;
    let fence: ConversationId = new_id();
    socket
        .send(&ClientFrame::Sub {
            conv: fence,
            aud: Audience::All,
            epoch: None,
            after_seq: None,
        })
        .await;
    let mut said = Vec::new();
    while !(answered && fenced) {
        let frame = socket.next().await.expect("stays open");
        if frame == (ServerFrame::Gone { conv: fence }) {
            fenced = true;
            continue;
        }
        answered = true;
        let text = serde_json::to_string(&frame).expect("serialises");
        assert!(!secrets.iter().any(|secret| text.contains(secret)), "{text}");
        said.push(text.replace(&id.to_string(), "ID"));
    }
    said
}
