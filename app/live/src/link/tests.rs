//! The rules of delivery, one by one, as a browser would live them. The weather is in the simulation.

use model::{
    desk::WindowKind,
    event::{Audience, Event, EventKind, Mark},
    id::{ClientId, ConversationId, Epoch, Seq},
    panel::{EventsPage, Posted},
    party::{Author, Side},
    refusal::Refusal,
    text::Body,
    time::Timestamp,
    wire::{ClientFrame, ServerFrame, close},
};
use uuid::Uuid;

use super::{Attempt, Failure, Input, Link, News, Output, Status};
use crate::outbox::Pending;

const EPOCH: Epoch = Epoch(Uuid::from_u128(900));

fn conv() -> ConversationId {
    ConversationId(Uuid::from_u128(1))
}

fn cid(n: u128) -> ClientId {
    ClientId(Uuid::from_u128(n))
}

fn body(text: &str) -> Body {
    Body::parse(text).expect("fine")
}

fn event(seq: i64, author: Author, id: Option<u128>, text: &str) -> Event {
    Event {
        seq: Seq(seq),
        at: Timestamp(seq),
        author,
        cid: id.map(cid),
        kind: EventKind::Posted { body: body(text) },
        via: None,
    }
}

/// A link, its clock, and everything it wanted since somebody last looked.
struct Rig {
    link: Link,
    now: i64,
    attempt: Attempt,
    out: Vec<Output>,
}

impl Rig {
    fn new() -> Self {
        Self {
            link: Link::new(Side::Shopper, WindowKind::Recap, 7),
            now: 1_000_000,
            attempt: Attempt::default(),
            out: Vec::new(),
        }
    }

    fn step(&mut self, input: Input) -> &mut Self {
        let out = self.link.step(Timestamp(self.now), input);
        for output in &out {
            if let Output::FetchTicket { attempt } = output {
                self.attempt = *attempt;
            }
        }
        self.out.extend(out);
        self
    }

    /// Lets time pass, with every tick that is wanted in it.
    fn pass(&mut self, ms: i64) -> &mut Self {
        let end = self.now + ms;
        let mut ticks = 0;
        while let Some(due) = self.link.deadline().filter(|d| d.0 <= end) {
            self.now = self.now.max(due.0);
            self.step(Input::Tick);
            ticks += 1;
            assert!(ticks < 10_000, "a deadline that never passes");
        }
        self.now = end;
        self.step(Input::Tick)
    }

    fn frame(&mut self, frame: ServerFrame) -> &mut Self {
        self.step(Input::Frame {
            attempt: self.attempt,
            frame,
        })
    }

    fn close(&mut self, code: u16) -> &mut Self {
        self.step(Input::Closed {
            attempt: self.attempt,
            code,
        })
    }

    fn ticket(&mut self) -> &mut Self {
        self.step(Input::Ticket {
            attempt: self.attempt,
            answer: Ok("t".into()),
        })
    }

    fn open(&mut self) -> &mut Self {
        self.ticket();
        self.step(Input::Opened { attempt: self.attempt })
    }

    fn connect(&mut self) -> &mut Self {
        self.open();
        self.frame(ServerFrame::Welcome {
            epoch: EPOCH,
            server_time: Timestamp(0),
            hb: 25,
        })
    }

    /// Connected, following the log of everyone from its third event on.
    fn live() -> Self {
        let mut rig = Self::new();
        rig.step(Input::Follow {
            conv: conv(),
            aud: Audience::All,
            known: Some((EPOCH, Seq(3))),
        })
        .step(Input::Begin)
        .connect();
        rig.sync(3, vec![]);
        rig.look();
        rig
    }

    fn sync(&mut self, from: i64, events: Vec<Event>) -> &mut Self {
        let head = events.last().map_or(Seq(from), |e| e.seq);
        let (mine, theirs) = (Mark::default(), Mark::default());
        self.frame(ServerFrame::Sync {
            conv: conv(),
            aud: Audience::All,
            from: Seq(from),
            events,
            head,
            mine,
            theirs,
        })
    }

    fn ev(&mut self, event: Event) -> &mut Self {
        self.frame(ServerFrame::Ev {
            conv: conv(),
            aud: Audience::All,
            event,
        })
    }

    fn post(&mut self, id: u128) -> &mut Self {
        self.step(Input::Post {
            conv: conv(),
            aud: Audience::All,
            cid: cid(id),
            body: body("Hello"),
        })
        .step(Input::Kept { cid: cid(id) })
    }

    fn look(&mut self) -> Vec<Output> {
        std::mem::take(&mut self.out)
    }

    fn sent(&mut self) -> Vec<ClientFrame> {
        self.look()
            .into_iter()
            .filter_map(|o| if let Output::Send(frame) = o { Some(frame) } else { None })
            .collect()
    }

    fn news(&mut self) -> Vec<News> {
        self.look()
            .into_iter()
            .filter_map(|o| if let Output::News(news) = o { Some(news) } else { None })
            .collect()
    }

    fn sends(&mut self) -> Vec<ClientId> {
        self.sent()
            .into_iter()
            .filter_map(|f| if let ClientFrame::Send { cid, .. } = f { Some(cid) } else { None })
            .collect()
    }
}

fn tries(outputs: &[Output]) -> usize {
    outputs.iter().filter(|o| matches!(o, Output::FetchTicket { .. })).count()
}

#[test]
fn it_says_hello_with_what_it_knows_and_asks_for_what_it_does_not() {
    let mut rig = Rig::new();
    rig.step(Input::Follow {
        conv: conv(),
        aud: Audience::All,
        known: Some((EPOCH, Seq(3))),
    });
    rig.step(Input::Follow {
        conv: conv(),
        aud: Audience::Desk,
        known: None,
    })
    .step(Input::Begin);
    assert_eq!(tries(&rig.look()), 1);
    rig.ticket();
    assert_eq!(rig.look(), [Output::Connect { attempt: rig.attempt }]);
    rig.step(Input::Opened { attempt: rig.attempt });
    let hello = rig.sent();
    let [ClientFrame::Hello { ticket, resume, .. }] = hello.as_slice() else {
        panic!("{hello:?}")
    };
    assert_eq!((ticket.as_str(), resume.len(), resume[0].after_seq), ("t", 1, Seq(3)));
    rig.frame(ServerFrame::Welcome {
        epoch: EPOCH,
        server_time: Timestamp(0),
        hb: 25,
    });
    assert_eq!(
        rig.sent(),
        [ClientFrame::Sub {
            conv: conv(),
            aud: Audience::Desk,
            epoch: None,
            after_seq: None
        }]
    );
}

#[test]
fn a_message_is_kept_before_it_is_sent_and_the_next_waits_for_its_answer() {
    let mut rig = Rig::live();
    rig.step(Input::Post {
        conv: conv(),
        aud: Audience::All,
        cid: cid(1),
        body: body("Hello"),
    });
    let out = rig.look();
    assert!(
        matches!(&out[..], [Output::Keep(p), Output::News(News::Echo { .. })] if p.cid == cid(1)),
        "{out:?}"
    );
    rig.step(Input::Kept { cid: cid(1) });
    assert_eq!(rig.sends(), [cid(1)]);
    rig.post(2);
    assert!(rig.sends().is_empty());
    rig.frame(ServerFrame::Sent {
        cid: cid(1),
        seq: Seq(4),
        at: Timestamp(0),
        dup: false,
    });
    let out = rig.look();
    assert!(out.contains(&Output::Forget { cid: cid(1) }));
    assert!(
        out.iter()
            .any(|o| matches!(o, Output::Send(ClientFrame::Send { cid: c, .. }) if *c == cid(2))),
        "{out:?}"
    );
}

#[test]
fn a_lost_answer_is_asked_for_with_the_same_id_on_the_next_socket() {
    let mut rig = Rig::live();
    rig.post(1);
    assert_eq!(rig.sends(), [cid(1)]);
    rig.close(1006).pass(2_000).connect();
    assert_eq!(rig.sends(), [cid(1)]);
    // It had been kept the first time: the log says so.
    rig.sync(3, vec![event(4, Author::Shopper, Some(1), "Hello")]);
    assert!(rig.look().contains(&Output::Forget { cid: cid(1) }));
}

#[test]
fn without_an_answer_it_is_sent_again_on_the_same_socket() {
    let mut rig = Rig::live();
    rig.post(1);
    assert_eq!(rig.sends(), [cid(1)]);
    rig.pass(10_000);
    assert_eq!(rig.sends(), [cid(1)]);
}

#[test]
fn a_stranger_with_our_id_acknowledges_nothing() {
    let mut rig = Rig::live();
    rig.post(1);
    rig.look();
    rig.ev(event(4, Author::System, Some(1), "Hello"));
    assert!(!rig.look().contains(&Output::Forget { cid: cid(1) }));
}

#[test]
fn what_is_missing_is_asked_for_and_nothing_is_told_before_it_came() {
    let mut rig = Rig::live();
    rig.ev(event(5, Author::System, None, "five"));
    let out = rig.look();
    assert_eq!(
        out,
        [Output::Send(ClientFrame::Sub {
            conv: conv(),
            aud: Audience::All,
            epoch: Some(EPOCH),
            after_seq: Some(Seq(3))
        })],
        "nothing of five is told"
    );
    rig.sync(
        3,
        vec![event(4, Author::System, None, "four"), event(5, Author::System, None, "five")],
    );
    let told: Vec<i64> = rig
        .news()
        .into_iter()
        .filter_map(|n| if let News::Events { events, .. } = n { Some(events) } else { None })
        .flatten()
        .map(|e| e.seq.0)
        .collect();
    assert_eq!(told, [4, 5]);
}

#[test]
fn a_server_that_answers_nothing_or_nonsense_is_asked_at_a_walking_pace() {
    let mut rig = Rig::live();
    rig.ev(event(9, Author::System, None, "nine"));
    for _ in 0..100 {
        rig.sync(8, vec![]);
    }
    assert_eq!(rig.sent().len(), 1);
    rig.pass(1_000);
    assert_eq!(rig.sent().len(), 1);
    rig.pass(20_000);
    assert_eq!(rig.sent().len(), 2, "and again every ten seconds when nothing comes");
}

#[test]
fn another_history_is_told_as_a_beginning() {
    let mut rig = Rig::live();
    rig.frame(ServerFrame::Reset {
        conv: conv(),
        aud: Audience::All,
    });
    assert!(rig.news().is_empty());
    rig.ev(event(4, Author::System, None, "too early"));
    assert!(rig.news().is_empty());
    rig.sync(10, vec![event(11, Author::System, None, "eleven")]);
    let news = rig.news();
    assert_eq!(
        news[0],
        News::Reset {
            conv: conv(),
            aud: Audience::All,
            after: Seq(10)
        }
    );
    assert!(matches!(&news[1], News::Events { events, .. } if events.len() == 1));
}

#[test]
fn the_session_that_ended_is_not_tried_again() {
    let mut rig = Rig::live();
    rig.post(1).look();
    rig.close(close::REVOKED);
    assert!(rig.news().contains(&News::Status(Status::SignedOut)));
    rig.pass(600_000).step(Input::Wake);
    assert_eq!(tries(&rig.look()), 0);
    rig.step(Input::Credentials);
    assert_eq!(tries(&rig.look()), 1);
    rig.connect();
    rig.sync(3, vec![]);
    assert_eq!(rig.sends(), [cid(1)], "what was not sent is sent by the same person");
}

#[test]
fn what_the_server_said_last_counts_more_than_the_code() {
    let mut rig = Rig::live();
    rig.frame(ServerFrame::Bye { code: close::REVOKED }).close(1006);
    assert!(rig.news().contains(&News::Status(Status::SignedOut)));
}

#[test]
fn silence_is_death() {
    let mut rig = Rig::live();
    rig.pass(54_000).frame(ServerFrame::Hb).pass(54_000);
    assert!(!rig.look().iter().any(|o| matches!(o, Output::Close { .. })));
    rig.pass(1_000);
    assert!(rig.look().iter().any(|o| matches!(o, Output::Close { .. })));
}

#[test]
fn looking_at_a_page_whose_socket_died_in_its_sleep_tries_at_once() {
    let mut rig = Rig::live();
    rig.now += 3_600_000;
    rig.step(Input::Wake);
    assert_eq!(tries(&rig.look()), 1);
}

#[test]
fn a_wrong_frame_is_not_repeated_within_a_minute() {
    let mut rig = Rig::live();
    rig.close(close::PROTOCOL).step(Input::Wake).pass(59_000);
    assert_eq!(tries(&rig.look()), 0);
    rig.pass(32_000);
    assert!(tries(&rig.look()) >= 1);
}

#[test]
fn a_refused_ticket_is_replaced_at_once_but_once() {
    let mut rig = Rig::live();
    rig.close(close::NO_TICKET);
    assert_eq!(tries(&rig.look()), 1);
    rig.open().close(close::NO_TICKET);
    let after = rig.look();
    assert!(
        rig.link.deadline().is_some_and(|d| d.0 > rig.now) || tries(&after) == 1,
        "the second time it waits as for anything"
    );
}

#[test]
fn a_restart_is_waited_for_as_long_as_the_server_said() {
    let mut rig = Rig::live();
    rig.frame(ServerFrame::Drain { after_ms: 4_000 })
        .close(close::GOING_AWAY)
        .pass(3_999);
    assert_eq!(tries(&rig.look()), 0);
    rig.pass(1);
    assert_eq!(tries(&rig.look()), 1);
}

#[test]
fn later_is_later_and_no_is_no() {
    let mut rig = Rig::live();
    rig.post(1).look();
    rig.frame(ServerFrame::Nack {
        cid: Some(cid(1)),
        code: Refusal::Busy,
        after_ms: Some(2_000),
    })
    .pass(1_999);
    assert!(rig.sends().is_empty());
    rig.pass(1_000);
    assert_eq!(rig.sends(), [cid(1)]);
    rig.frame(ServerFrame::Nack {
        cid: Some(cid(1)),
        code: Refusal::ClientIdReused,
        after_ms: None,
    });
    let why = Refusal::ClientIdReused;
    assert_eq!(
        rig.news(),
        [News::Refused {
            conv: conv(),
            aud: Audience::All,
            cid: cid(1),
            why
        }]
    );
    rig.pass(30_000);
    assert!(rig.sends().is_empty());
    rig.step(Input::Retry { cid: cid(1) });
    assert_eq!(rig.sends(), [cid(1)]);
}

#[test]
fn after_two_sockets_that_did_not_come_http_has_to_do() {
    let mut rig = Rig::new();
    rig.step(Input::Follow {
        conv: conv(),
        aud: Audience::All,
        known: Some((EPOCH, Seq(3))),
    })
    .step(Input::Begin)
    .post(1);
    rig.ticket().close(1006).pass(1_100);
    assert!(!rig.look().iter().any(|o| matches!(o, Output::Post { .. })), "one may be chance");
    rig.ticket().close(1006);
    let out = rig.look();
    assert!(
        out.iter().any(|o| matches!(o, Output::Post { cid: c, .. } if *c == cid(1))),
        "{out:?}"
    );
    assert!(
        out.contains(&Output::Page {
            conv: conv(),
            aud: Audience::All,
            after: Some(Seq(3)),
            wait_s: 25
        }),
        "{out:?}"
    );
    rig.step(Input::Posted {
        cid: cid(1),
        answer: Ok(Posted {
            seq: Seq(4),
            at: Timestamp(0),
            dup: false,
        }),
    });
    let out = rig.look();
    assert!(
        out.contains(&Output::Forget { cid: cid(1) }) && out.contains(&Output::News(News::Status(Status::Online))),
        "{out:?}"
    );
    let page = EventsPage {
        epoch: EPOCH,
        events: vec![event(4, Author::Shopper, Some(1), "Hello")],
        head: Seq(4),
        theirs: Mark::default(),
    };
    rig.step(Input::Page {
        conv: conv(),
        aud: Audience::All,
        answer: Ok(page),
    });
    assert_eq!(rig.link.position(conv(), Audience::All), Some((EPOCH, Seq(4))));
    assert!(rig.look().contains(&Output::Page {
        conv: conv(),
        aud: Audience::All,
        after: Some(Seq(4)),
        wait_s: 25
    }));
}

#[test]
fn a_page_of_another_history_is_not_mixed_with_this_one() {
    let mut rig = Rig::new();
    rig.step(Input::Follow {
        conv: conv(),
        aud: Audience::All,
        known: Some((EPOCH, Seq(3))),
    })
    .step(Input::Begin);
    rig.ticket().close(1006).pass(1_100).ticket().close(1006);
    rig.look();
    let epoch = Epoch(Uuid::from_u128(901));
    let page = EventsPage {
        epoch,
        events: vec![event(4, Author::System, None, "new")],
        head: Seq(4),
        theirs: Mark::default(),
    };
    rig.step(Input::Page {
        conv: conv(),
        aud: Audience::All,
        answer: Ok(page.clone()),
    });
    assert!(rig.look().contains(&Output::Page {
        conv: conv(),
        aud: Audience::All,
        after: None,
        wait_s: 25
    }));
    rig.step(Input::Page {
        conv: conv(),
        aud: Audience::All,
        answer: Ok(page),
    });
    assert!(rig.news().contains(&News::Reset {
        conv: conv(),
        aud: Audience::All,
        after: Seq(3)
    }));
}

#[test]
fn a_server_that_is_down_is_not_hammered_by_http() {
    let mut rig = Rig::new();
    rig.step(Input::Follow {
        conv: conv(),
        aud: Audience::All,
        known: None,
    })
    .step(Input::Begin)
    .post(1);
    let mut requests = 0;
    for _ in 0..600 {
        rig.pass(1_000);
        for output in rig.look() {
            match output {
                Output::FetchTicket { attempt } => {
                    rig.step(Input::Ticket {
                        attempt,
                        answer: Err(Failure::Unavailable),
                    });
                }
                Output::Post { cid, .. } => {
                    rig.step(Input::Posted {
                        cid,
                        answer: Err(Failure::Unavailable),
                    });
                }
                Output::Page { conv, aud, .. } => {
                    rig.step(Input::Page {
                        conv,
                        aud,
                        answer: Err(Failure::Unavailable),
                    });
                }
                _ => continue,
            }
            requests += 1;
        }
    }
    assert!((20..300).contains(&requests), "{requests} in ten minutes");
}

#[test]
fn what_the_device_kept_is_shown_and_sent() {
    let mut rig = Rig::live();
    let pending = Pending {
        conv: conv(),
        aud: Audience::All,
        cid: cid(9),
        body: body("before the reload"),
        at: Timestamp(rig.now - 5),
    };
    rig.step(Input::Restored {
        pending: vec![pending.clone(), pending],
    });
    let out = rig.look();
    assert_eq!(out.iter().filter(|o| matches!(o, Output::News(News::Echo { .. }))).count(), 1);
    assert_eq!(
        out.iter().filter(|o| matches!(o, Output::Send(ClientFrame::Send { .. }))).count(),
        1
    );
}

#[test]
fn what_arrived_is_marked_as_arrived() {
    let mut rig = Rig::live();
    rig.ev(event(4, Author::System, None, "four"));
    rig.pass(300);
    assert_eq!(
        rig.sent(),
        [ClientFrame::Read {
            conv: conv(),
            mark: Mark {
                got: Seq(4),
                read: Seq::ZERO
            }
        }]
    );
    rig.step(Input::Read {
        conv: conv(),
        mark: Mark { got: Seq(4), read: Seq(4) },
    })
    .pass(300);
    assert_eq!(
        rig.sent(),
        [ClientFrame::Read {
            conv: conv(),
            mark: Mark { got: Seq(4), read: Seq(4) }
        }]
    );
}

#[test]
fn a_conversation_that_is_gone_is_followed_no_longer() {
    let mut rig = Rig::live();
    rig.frame(ServerFrame::Gone { conv: conv() });
    assert_eq!(rig.news(), [News::Gone { conv: conv() }]);
    rig.ev(event(4, Author::System, None, "four"));
    assert!(rig.news().is_empty());
}

#[test]
fn what_comes_late_from_an_old_socket_means_nothing() {
    let mut rig = Rig::live();
    let old = rig.attempt;
    rig.close(1006).pass(2_000).connect();
    rig.look();
    rig.step(Input::Frame {
        attempt: old,
        frame: ServerFrame::Gone { conv: conv() },
    });
    rig.step(Input::Closed {
        attempt: old,
        code: close::REVOKED,
    });
    assert!(rig.look().is_empty());
}
