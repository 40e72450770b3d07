//! Disputes: what was said and done in each; where it stands follows from that.

use model::{
    case::Statement,
    conversation::{About, Kind, Money, Stage},
    dispute::{DisputeState, Step, Turn, Who},
    event::{Audience, EventKind},
    id::Seq,
    party::{Author, Side},
    refusal::Refusal,
};
use service::Fault;
use storage::{NewDispute, StoreScope, Tx};

use super::{Begun, Room, Scene};
use crate::data::{Dispute, Move, Mover, Order, Said, Shopper, Speaker};

/// What somebody does in a dispute.
enum Doing<'a> {
    Says(&'a Said),
    Does(Mover, Move),
}

/// As a step of the machine, and what is told of it; beginning to mediate moves nothing.
fn step_of(what: &Move) -> Option<(Step, Statement)> {
    Some(match what {
        Move::Take { .. } => return None,
        Move::Offer(remedy) => (Step::Offer(remedy.clone()), Statement::Offered { remedy: remedy.clone() }),
        Move::Accept => (Step::Accept, Statement::Accepted),
        Move::AskMediator => (Step::AskMediator, Statement::MediatorAsked),
        Move::Decide { remedy, reason } => (
            Step::Decide(remedy.clone()),
            Statement::Decided {
                remedy: remedy.clone(),
                reason: reason.clone(),
            },
        ),
        Move::Appeal { reason } => (Step::Appeal, Statement::Appealed { reason: reason.clone() }),
        Move::Withdraw => (Step::Withdraw, Statement::Withdrawn),
    })
}

impl<'a> Scene<'a> {
    /// Who ordered something, and what.
    fn ordered(self, number: &str) -> Option<(&'a Shopper, &'a Order)> {
        let shoppers = self.market.shoppers.iter();
        let mut orders = shoppers.flat_map(|one| one.orders.iter().map(move |order| (one, order)));
        orders.find(|(_, order)| order.number == number)
    }

    pub(super) async fn put_dispute(self, tx: &mut Tx, dispute: &Dispute) -> Result<(), Fault> {
        let (shopper, order) = self.ordered(&dispute.order).ok_or(Refusal::NotFound)?;
        let desk = StoreScope(self.store(order.store.as_str())?);
        let (customer, contact) = self.customer(desk.0, &shopper.number)?;
        let id = self.people.orders.get(&(desk.0, order.number.clone())).ok_or(Refusal::NotFound)?;
        let begun = Begun {
            desk,
            kind: Kind::Dispute,
            customer,
            contact,
            about: About::Order {
                id: *id,
                number: order.number.clone(),
            },
            language: dispute.language,
            opened: self.ago(dispute.minutes_ago),
        };
        let room = Room::begin(tx, begun).await?;
        let new = NewDispute {
            conversation: room.id,
            order: *id,
            total: order.total(),
            problem: dispute.problem,
            state: DisputeState::opened(room.opened),
        };
        tx.insert_dispute(desk, &new, room.opened).await?;
        tx.set_legal_hold(desk, room.id, Some(room.opened)).await?;
        self.argue(tx, room, dispute, &order.total()).await
    }

    /// What was said and done in a dispute, in the order of time; words before deeds.
    async fn argue(self, tx: &mut Tx, room: Room, dispute: &Dispute, total: &Money) -> Result<(), Fault> {
        let words = dispute.said.iter().map(|said| (said.after_s, Doing::Says(said)));
        let steps = dispute
            .steps
            .iter()
            .map(|step| (step.after_s, Doing::Does(step.by.clone(), step.what.clone())));
        let mut all: Vec<(i64, Doing<'_>)> = words.chain(steps).collect();
        all.sort_by_key(|(after_s, _)| *after_s);
        let (mut state, mut taken, mut head, mut answered) = (DisputeState::opened(room.opened), 0, Seq::ZERO, None);
        let mut at = room.opened;
        for (after_s, doing) in all {
            at = room.at(after_s);
            let by_seller = matches!(&doing, Doing::Does(Mover::Seller(_), _));
            let (by, kind, email) = match doing {
                Doing::Says(said) => {
                    let email = match &said.by {
                        Speaker::Staff(email) => Some(email.clone()),
                        Speaker::Shopper => None,
                    };
                    (self.voice(&said.by, room)?, EventKind::Posted { body: said.body.clone() }, email)
                }
                Doing::Does(mover, what) => {
                    let (who, email, by) = match &mover {
                        Mover::Buyer => (Who::Buyer, None, (Author::Shopper, room.scope.visitor.0)),
                        Mover::Seller(email) => (Who::Seller, Some(email.clone()), self.operator(email)?),
                        Mover::Team(email) => (Who::Team, Some(email.clone()), self.mediator(email, room)?),
                    };
                    let statement = match (step_of(&what), &what, &email) {
                        (Some((step, statement)), _, _) => {
                            state = state.step(who, step, total, at)?;
                            tx.set_dispute(room.desk, room.id, taken, &state, at).await?;
                            taken += 1;
                            statement
                        }
                        (None, Move::Take { reason }, Some(email)) => {
                            let (account, name) = self.staff(email)?;
                            tx.set_mediator(room.desk, room.id, account).await?;
                            Statement::Overseen {
                                by: name,
                                reason: reason.clone(),
                            }
                        }
                        (None, _, _) => continue,
                    };
                    (by, EventKind::Stated { what: statement }, email)
                }
            };
            let event = room.event(Audience::All, by, kind);
            head = match &email {
                Some(email) if self.mediates(email, room) => tx.record_of_team(room.desk, event, at).await?.seq,
                _ => tx.record(room.desk, event, at).await?.seq,
            };
            if by_seller {
                tx.waits_no_more(room.desk, room.id, Some(at)).await?;
            }
            if let Some(email) = email {
                answered = Some((self.staff(&email)?.0, head));
            }
        }
        let stage = match state.responsible() {
            Some(Turn::Buyer) => Stage::Mail {
                awaiting: Side::Shopper,
                since: at,
            },
            Some(Turn::Seller | Turn::Both | Turn::Team) => Stage::Mail {
                awaiting: Side::Desk,
                since: at,
            },
            // The only ones that are over are those whose buyer has no problem any more.
            None => Stage::Closed { at, by: Author::Shopper },
        };
        tx.set_stage(room.desk, room.id, &stage).await?;
        if state.is_closed() {
            tx.leave_owners_hold(room.desk, room.id).await?;
        }
        Ok(room.mark(tx, answered, head).await?)
    }
}
