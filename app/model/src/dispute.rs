//! A dispute: a problem with an order, between its buyer and its seller, and the marketplace when it is asked or when somebody is silent for
//! too long. What is said meanwhile is in the log of its conversation.
//!
//! Pure: a state moves by [`DisputeState::step`] and [`DisputeState::timed_out`] only, and times are given. In every state but the last
//! somebody is to do something, and until a moment after which it goes on without them.

use serde::{Deserialize, Serialize};

use crate::{
    case::Remedy,
    conversation::{Money, coded},
    party::Side,
    refusal::{Field, Refusal},
    time::Timestamp,
};

const DAY_MS: i64 = 86_400_000;
/// Until the seller says something to a problem, or offers something else.
pub const ANSWER_MS: i64 = 3 * DAY_MS;
/// Until an offer is answered.
pub const OFFER_MS: i64 = 5 * DAY_MS;
/// Until the marketplace decides.
pub const DECIDE_MS: i64 = 7 * DAY_MS;
/// Until a decision stands.
pub const APPEAL_MS: i64 = 7 * DAY_MS;
/// Until what was agreed or decided is done.
pub const CARRY_OUT_MS: i64 = 14 * DAY_MS;
/// Until the buyer says that it was not done, though the seller says so. Money is under way for five working days, which are seven with a
/// weekend: less would end before it could have come.
pub const OBJECT_MS: i64 = 7 * DAY_MS;
/// What is left at least of any of these once a store that was suspended is open again: meanwhile nobody could answer.
pub const REOPENED_MS: i64 = 2 * DAY_MS;

/// What is wrong with the order, as its buyer says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Problem {
    /// It did not come.
    NotReceived,
    /// It is not what was shown.
    NotAsDescribed,
    /// It came broken, or does not work.
    Damaged,
    /// Something is missing, or is something else.
    Incomplete,
    /// Anything else.
    Other,
}

coded!(Problem {
    NotReceived = "not_received",
    NotAsDescribed = "not_as_described",
    Damaged = "damaged",
    Incomplete = "incomplete",
    Other = "other",
});

impl Problem {
    /// All of them, in the order in which they are offered.
    pub const ALL: [Self; 5] = [
        Self::NotReceived,
        Self::NotAsDescribed,
        Self::Damaged,
        Self::Incomplete,
        Self::Other,
    ];
}

/// Who does something in a dispute.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Who {
    /// Whose order it is.
    Buyer,
    /// Whoever works for the store.
    Seller,
    /// The one of the marketplace's team who mediates.
    Team,
}

/// Who is to do something next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Turn {
    /// The buyer.
    Buyer,
    /// The seller.
    Seller,
    /// Both: whoever does not accept a decision says so.
    Both,
    /// The marketplace.
    Team,
}

impl Turn {
    /// As it stands in keys of texts.
    pub fn code(self) -> &'static str {
        match self {
            Self::Buyer => "buyer",
            Self::Seller => "seller",
            Self::Both => "both",
            Self::Team => "team",
        }
    }

    /// Whether somebody is among them.
    pub fn is(self, who: Who) -> bool {
        match self {
            Self::Buyer => who == Who::Buyer,
            Self::Seller => who == Who::Seller,
            Self::Both => who != Who::Team,
            Self::Team => who == Who::Team,
        }
    }
}

/// How a dispute ended.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// What was agreed or decided was done.
    Done {
        /// What.
        remedy: Remedy,
    },
    /// It was agreed or decided that nothing is owed.
    Nothing,
    /// The buyer has no problem any more.
    Withdrawn,
    /// The buyer did not answer.
    Lapsed,
}

/// Where a dispute stands. Every variant carries exactly what is true there.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DisputeState {
    /// The seller is to say or offer something.
    Open {
        /// Until then; afterwards the marketplace mediates.
        answer_by: Timestamp,
    },
    /// An offer lies on the table.
    Offered {
        /// Whose: the buyer's (the shopper) or the seller's (the desk).
        by: Side,
        /// What.
        remedy: Remedy,
        /// Until then the other one answers. Silence of the seller brings the marketplace in; silence of the buyer takes what was offered.
        answer_by: Timestamp,
    },
    /// The marketplace is to decide.
    Mediation {
        /// Until then; it does not end by being late, but everybody reads that it is.
        decide_by: Timestamp,
        /// Whether it decided before, and that was not done: what it decides now is for good at once.
        #[serde(default)]
        again: bool,
    },
    /// The marketplace decided; whoever does not accept it says so.
    Decided {
        /// What.
        remedy: Remedy,
        /// Until then; afterwards it stands.
        appeal_until: Timestamp,
    },
    /// Somebody did not accept the decision: the marketplace decides once more, for good.
    Appealed {
        /// Until then, as before.
        decide_by: Timestamp,
    },
    /// It is clear what is to be done.
    Settled {
        /// What.
        remedy: Remedy,
        /// Until then; afterwards the marketplace looks at it again.
        carry_out_by: Timestamp,
        /// Whether the marketplace decided it, for good: nobody asks it once more. (After what the two agreed on, the buyer may.)
        #[serde(default)]
        decided: bool,
    },
    /// The seller says that it was done; the seller alone ends nothing.
    Claimed {
        /// What.
        remedy: Remedy,
        /// Until then the buyer may say that it was not; afterwards it counts as done.
        object_by: Timestamp,
        /// Whether the marketplace decided it, for good, as before.
        decided: bool,
    },
    /// It is over.
    Closed {
        /// How.
        outcome: Outcome,
    },
}

/// Something that somebody does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Offers something, also instead of what lies on the table.
    Offer(Remedy),
    /// Takes the offer.
    Accept,
    /// Does not take the offer.
    Refuse,
    /// Asks the marketplace.
    AskMediator,
    /// Decides.
    Decide(Remedy),
    /// Does not accept the decision.
    Appeal,
    /// Says that it was done.
    CarriedOut,
    /// Has no problem any more.
    Withdraw,
}

/// A step without its facts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "see Step")]
pub enum StepName {
    Offer,
    Accept,
    Refuse,
    AskMediator,
    Decide,
    Appeal,
    CarriedOut,
    Withdraw,
}

coded!(StepName {
    Offer = "offer",
    Accept = "accept",
    Refuse = "refuse",
    AskMediator = "ask_mediator",
    Decide = "decide",
    Appeal = "appeal",
    CarriedOut = "carried_out",
    Withdraw = "withdraw",
});

impl Step {
    /// Its name.
    pub fn name(&self) -> StepName {
        match self {
            Self::Offer(_) => StepName::Offer,
            Self::Accept => StepName::Accept,
            Self::Refuse => StepName::Refuse,
            Self::AskMediator => StepName::AskMediator,
            Self::Decide(_) => StepName::Decide,
            Self::Appeal => StepName::Appeal,
            Self::CarriedOut => StepName::CarriedOut,
            Self::Withdraw => StepName::Withdraw,
        }
    }
}

impl DisputeState {
    /// Of a problem that was told just now.
    pub fn opened(at: Timestamp) -> Self {
        Self::Open {
            answer_by: at.plus_ms(ANSWER_MS),
        }
    }

    /// Its name, in the database and in keys of texts.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Open { .. } => "open",
            Self::Offered { .. } => "offered",
            Self::Mediation { .. } => "mediation",
            Self::Decided { .. } => "decided",
            Self::Appealed { .. } => "appealed",
            Self::Settled { .. } => "settled",
            Self::Claimed { .. } => "claimed",
            Self::Closed { .. } => "closed",
        }
    }

    /// Who is to do something.
    pub fn responsible(&self) -> Option<Turn> {
        match self {
            Self::Open { .. } | Self::Offered { by: Side::Shopper, .. } | Self::Settled { .. } => Some(Turn::Seller),
            Self::Offered { by: Side::Desk, .. } | Self::Claimed { .. } => Some(Turn::Buyer),
            Self::Mediation { .. } | Self::Appealed { .. } => Some(Turn::Team),
            Self::Decided { .. } => Some(Turn::Both),
            Self::Closed { .. } => None,
        }
    }

    /// Until when they do.
    pub fn deadline(&self) -> Option<Timestamp> {
        match self {
            Self::Open { answer_by } | Self::Offered { answer_by, .. } => Some(*answer_by),
            Self::Mediation { decide_by, .. } | Self::Appealed { decide_by } => Some(*decide_by),
            Self::Decided { appeal_until, .. } => Some(*appeal_until),
            Self::Settled { carry_out_by, .. } => Some(*carry_out_by),
            Self::Claimed { object_by, .. } => Some(*object_by),
            Self::Closed { .. } => None,
        }
    }

    /// The same, with a deadline that is no earlier than this.
    #[must_use]
    pub fn not_before(mut self, at: Timestamp) -> Self {
        let deadline = match &mut self {
            Self::Open { answer_by } | Self::Offered { answer_by, .. } => answer_by,
            Self::Mediation { decide_by, .. } | Self::Appealed { decide_by } => decide_by,
            Self::Decided { appeal_until, .. } => appeal_until,
            Self::Settled { carry_out_by, .. } => carry_out_by,
            Self::Claimed { object_by, .. } => object_by,
            Self::Closed { .. } => return self,
        };
        *deadline = at.max(*deadline);
        self
    }

    /// What is offered, decided or agreed here.
    pub fn remedy(&self) -> Option<&Remedy> {
        match self {
            Self::Offered { remedy, .. }
            | Self::Decided { remedy, .. }
            | Self::Settled { remedy, .. }
            | Self::Claimed { remedy, .. }
            | Self::Closed {
                outcome: Outcome::Done { remedy },
            } => Some(remedy),
            Self::Open { .. } | Self::Mediation { .. } | Self::Appealed { .. } | Self::Closed { .. } => None,
        }
    }

    /// Whether it is over.
    pub fn is_closed(&self) -> bool {
        matches!(self, Self::Closed { .. })
    }

    /// Whether somebody of the team who mediates has something to do or to read here: once they were asked, and until it is over.
    pub fn is_mediated(&self) -> bool {
        matches!(
            self,
            Self::Mediation { .. } | Self::Decided { .. } | Self::Appealed { .. } | Self::Settled { .. } | Self::Claimed { .. }
        )
    }

    /// What somebody may do here. The only table of it: pages draw their buttons from it, and [`DisputeState::step`] refuses the rest.
    pub fn may(&self, who: Who) -> &'static [StepName] {
        use StepName::{Accept, Appeal, AskMediator, CarriedOut, Decide, Offer, Refuse, Withdraw};
        match (self, who) {
            (Self::Open { .. } | Self::Offered { by: Side::Shopper, .. }, Who::Buyer) => &[Offer, AskMediator, Withdraw],
            (Self::Open { .. } | Self::Offered { by: Side::Desk, .. }, Who::Seller) => &[Offer, AskMediator],
            (Self::Offered { by: Side::Desk, .. }, Who::Buyer) => &[Accept, Refuse, Offer, AskMediator, Withdraw],
            (Self::Offered { by: Side::Shopper, .. }, Who::Seller) => &[Accept, Refuse, Offer, AskMediator],
            (Self::Mediation { .. } | Self::Appealed { .. }, Who::Buyer) => &[Withdraw],
            (Self::Mediation { .. } | Self::Appealed { .. }, Who::Team) => &[Decide],
            (Self::Decided { .. }, Who::Buyer) => &[Appeal, Withdraw],
            (Self::Decided { .. }, Who::Seller) => &[Appeal],
            // What was decided is not asked about again: once its time has passed, the marketplace looks at it by itself.
            (Self::Settled { decided: false, .. } | Self::Claimed { .. }, Who::Buyer) => &[CarriedOut, AskMediator],
            (Self::Settled { .. }, Who::Buyer | Who::Seller | Who::Team) => &[CarriedOut],
            (Self::Open { .. } | Self::Offered { .. } | Self::Decided { .. }, Who::Team)
            | (Self::Mediation { .. } | Self::Appealed { .. }, Who::Seller)
            | (Self::Claimed { .. }, Who::Seller | Who::Team)
            | (Self::Closed { .. }, _) => &[],
        }
    }

    /// Somebody does something. `total` is what the order cost: nobody offers or decides more.
    pub fn step(self, by: Who, step: Step, total: &Money, at: Timestamp) -> Result<Self, Refusal> {
        if self.is_closed() {
            return Err(Refusal::Closed);
        }
        if !self.may(by).contains(&step.name()) {
            return Err(Refusal::NotAllowed);
        }
        match step {
            Step::Offer(remedy) => {
                within(&remedy, total)?;
                let by = match by {
                    // Whoever wants nothing withdraws.
                    Who::Buyer if remedy == Remedy::Decline => return Err(Refusal::NotAllowed),
                    Who::Buyer => Side::Shopper,
                    Who::Seller | Who::Team => Side::Desk,
                };
                Ok(Self::Offered {
                    by,
                    remedy,
                    answer_by: at.plus_ms(OFFER_MS),
                })
            }
            Step::Accept => match self {
                Self::Offered { remedy, .. } => Ok(Self::settled(remedy, false, at)),
                _ => Err(Refusal::NotAllowed),
            },
            Step::Refuse => Ok(Self::opened(at)),
            // Of what was decided for good only whether it was done is still open.
            Step::AskMediator => Ok(Self::mediation(matches!(self, Self::Claimed { decided: true, .. }), at)),
            Step::Decide(remedy) => {
                within(&remedy, total)?;
                Ok(match self {
                    Self::Appealed { .. } | Self::Mediation { again: true, .. } => Self::settled(remedy, true, at),
                    _ => Self::Decided {
                        remedy,
                        appeal_until: at.plus_ms(APPEAL_MS),
                    },
                })
            }
            Step::Appeal => Ok(Self::Appealed {
                decide_by: at.plus_ms(DECIDE_MS),
            }),
            Step::CarriedOut => match self {
                Self::Settled { remedy, decided, .. } if by == Who::Seller => Ok(Self::Claimed {
                    remedy,
                    object_by: at.plus_ms(OBJECT_MS),
                    decided,
                }),
                Self::Settled { remedy, .. } | Self::Claimed { remedy, .. } => Ok(Self::Closed {
                    outcome: Outcome::Done { remedy },
                }),
                _ => Err(Refusal::NotAllowed),
            },
            Step::Withdraw => Ok(Self::Closed {
                outcome: Outcome::Withdrawn,
            }),
        }
    }

    /// Where it stands once its deadline has passed; `None` as long as it has not.
    pub fn timed_out(self, at: Timestamp) -> Option<Self> {
        if self.deadline().is_none_or(|deadline| deadline > at) {
            return None;
        }
        Some(match self {
            Self::Open { .. } | Self::Offered { by: Side::Shopper, .. } => Self::mediation(false, at),
            Self::Mediation { again, .. } | Self::Settled { decided: again, .. } => Self::mediation(again, at),
            // Nothing was offered, and the buyer has nothing to say to that.
            Self::Offered {
                by: Side::Desk,
                remedy: Remedy::Decline,
                ..
            } => Self::Closed { outcome: Outcome::Lapsed },
            Self::Offered { remedy, .. } => Self::settled(remedy, false, at),
            Self::Decided { remedy, .. } => Self::settled(remedy, true, at),
            Self::Claimed { remedy, .. } => Self::Closed {
                outcome: Outcome::Done { remedy },
            },
            Self::Appealed { .. } => Self::Appealed {
                decide_by: at.plus_ms(DECIDE_MS),
            },
            Self::Closed { .. } => return None,
        })
    }

    /// The same at a store that has left for good: neither side comes in there any more, so what one of them left unanswered is not their
    /// silence, and the marketplace looks at it. What it decides stands.
    pub fn timed_out_at_left(self, at: Timestamp) -> Option<Self> {
        let again = match &self {
            Self::Open { .. } | Self::Offered { .. } => false,
            Self::Claimed { decided, .. } => *decided,
            _ => return self.timed_out(at),
        };
        self.timed_out(at).map(|_| Self::mediation(again, at))
    }

    fn mediation(again: bool, at: Timestamp) -> Self {
        Self::Mediation {
            decide_by: at.plus_ms(DECIDE_MS),
            again,
        }
    }

    /// What is clear now is to be done; nothing is done at once.
    fn settled(remedy: Remedy, decided: bool, at: Timestamp) -> Self {
        if remedy == Remedy::Decline {
            Self::Closed { outcome: Outcome::Nothing }
        } else {
            Self::Settled {
                remedy,
                carry_out_by: at.plus_ms(CARRY_OUT_MS),
                decided,
            }
        }
    }
}

/// Money goes back in the order's currency, something of it, and never more than it cost.
fn within(remedy: &Remedy, total: &Money) -> Result<(), Refusal> {
    match remedy {
        Remedy::Refund { minor, currency } if *currency != total.currency || !(1..=total.minor).contains(minor) => {
            Err(Refusal::Invalid(Field::Number))
        }
        Remedy::Refund { .. } | Remedy::Replace | Remedy::Return | Remedy::Decline => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const ALL: [Who; 3] = [Who::Buyer, Who::Seller, Who::Team];

    fn total() -> Money {
        Money {
            minor: 3_400,
            currency: "EUR".to_owned(),
        }
    }

    fn refund(minor: i64) -> Remedy {
        Remedy::Refund {
            minor,
            currency: "EUR".to_owned(),
        }
    }

    /// What somebody tries, or how long everybody is silent.
    #[derive(Clone, Debug)]
    enum Try {
        Step(Who, Step),
        Wait(i64),
    }

    fn remedies() -> impl Strategy<Value = Remedy> {
        prop_oneof![
            (-100_i64..5_000).prop_map(refund),
            Just(Remedy::Refund {
                minor: 100,
                currency: "USD".to_owned()
            }),
            Just(Remedy::Replace),
            Just(Remedy::Return),
            Just(Remedy::Decline),
        ]
    }

    fn steps() -> impl Strategy<Value = Step> {
        prop_oneof![
            3 => remedies().prop_map(Step::Offer),
            1 => Just(Step::Accept),
            1 => Just(Step::Refuse),
            1 => Just(Step::AskMediator),
            3 => remedies().prop_map(Step::Decide),
            1 => Just(Step::Appeal),
            1 => Just(Step::CarriedOut),
            1 => Just(Step::Withdraw),
        ]
    }

    fn tries() -> impl Strategy<Value = Vec<Try>> {
        let who = prop_oneof![Just(Who::Buyer), Just(Who::Seller), Just(Who::Team)];
        let one = prop_oneof![
            4 => (who, steps()).prop_map(|(who, step)| Try::Step(who, step)),
            1 => (0..20 * DAY_MS).prop_map(Try::Wait),
        ];
        proptest::collection::vec(one, 0..60)
    }

    /// What is true of every state that can be reached.
    fn hold(state: &DisputeState, at: Timestamp) -> Result<(), TestCaseError> {
        prop_assert_eq!(state.responsible().is_some(), !state.is_closed(), "{:?}", state);
        prop_assert_eq!(state.deadline().is_some(), !state.is_closed(), "{:?}", state);
        if let (Some(turn), Some(deadline)) = (state.responsible(), state.deadline()) {
            prop_assert!(deadline > at, "{:?} was due before {:?}", state, at);
            for who in ALL.into_iter().filter(|who| turn.is(*who)) {
                prop_assert!(!state.may(who).is_empty(), "{:?} of {:?} can do nothing", who, state);
            }
            prop_assert!(ALL.into_iter().any(|who| turn.is(who)));
            prop_assert_eq!(state.clone().timed_out(deadline.plus_ms(-1)), None);
            let later = state.clone().timed_out(deadline);
            prop_assert!(later.is_some_and(|later| later.deadline().is_none_or(|next| next > deadline)));
        }
        if let Some(Remedy::Refund { minor, currency }) = state.remedy() {
            prop_assert!((1..=total().minor).contains(minor) && *currency == total().currency, "{:?}", state);
        }
        let json = serde_json::to_string(state).expect("serialises");
        prop_assert_eq!(&serde_json::from_str::<DisputeState>(&json).expect("reads"), state);
        Ok(())
    }

    proptest! {
        #[test]
        fn a_i5_somebody_is_always_responsible_until_a_moment(tries in tries()) {
            let mut at = Timestamp(0);
            let mut state = DisputeState::opened(at);
            hold(&state, at)?;
            for one in tries {
                let before = state.clone();
                match one {
                    Try::Step(who, step) => match before.clone().step(who, step.clone(), &total(), at) {
                        Ok(next) => {
                            prop_assert!(before.may(who).contains(&step.name()));
                            state = next;
                        }
                        Err(Refusal::Closed) => prop_assert!(before.is_closed()),
                        Err(_) => prop_assert!(!before.is_closed()),
                    },
                    Try::Wait(ms) => {
                        at = at.plus_ms(ms);
                        // As often as the clock asks: each deadline is later than the one before.
                        while let Some(next) = state.clone().timed_out(at) {
                            state = next;
                        }
                    }
                }
                if before.is_closed() {
                    prop_assert_eq!(&state, &before, "what is over stays so");
                }
                hold(&state, at)?;
            }
        }

        #[test]
        fn whoever_is_silent_holds_nothing_up(tries in tries(), generous in any::<bool>()) {
            let mut at = Timestamp(0);
            let mut state = DisputeState::opened(at);
            for one in tries {
                match one {
                    Try::Step(who, step) => state = state.clone().step(who, step, &total(), at).unwrap_or(state),
                    Try::Wait(ms) => {
                        at = at.plus_ms(ms);
                        state = state.clone().timed_out(at).unwrap_or(state);
                    }
                }
            }
            // From here on neither side says a word. The marketplace does what is its own, and then it ends.
            let remedy = if generous { refund(total().minor) } else { Remedy::Decline };
            for _ in 0..6 {
                state = match &state {
                    DisputeState::Mediation { .. } | DisputeState::Appealed { .. } => {
                        state.clone().step(Who::Team, Step::Decide(remedy.clone()), &total(), at).expect("may decide")
                    }
                    DisputeState::Settled { .. } => state.clone().step(Who::Team, Step::CarriedOut, &total(), at).expect("may say so"),
                    other => {
                        at = other.deadline().unwrap_or(at);
                        other.clone().timed_out(at).unwrap_or_else(|| other.clone())
                    }
                };
            }
            prop_assert!(state.is_closed(), "{:?}", state);
        }

        #[test]
        fn a_16_one_decision_at_most_can_be_appealed(tries in tries()) {
            let (mut at, mut decisions) = (Timestamp(0), 0);
            let mut state = DisputeState::opened(at);
            for one in tries {
                let next = match one {
                    Try::Step(who, step) => state.clone().step(who, step, &total(), at).ok(),
                    Try::Wait(ms) => {
                        at = at.plus_ms(ms);
                        state.clone().timed_out(at)
                    }
                };
                let Some(next) = next else { continue };
                decisions += u32::from(matches!(next, DisputeState::Decided { .. }));
                prop_assert!(decisions <= 1, "{:?} after {:?}", next, state);
                state = next;
            }
        }

        #[test]
        fn what_may_be_done_is_done_and_nothing_else(tries in tries(), who in prop_oneof![Just(Who::Buyer), Just(Who::Seller), Just(Who::Team)]) {
            let at = Timestamp(0);
            let mut state = DisputeState::opened(at);
            for one in tries {
                if let Try::Step(who, step) = one {
                    state = state.clone().step(who, step, &total(), at).unwrap_or(state);
                }
            }
            let every = [
                Step::Offer(refund(1)),
                Step::Accept,
                Step::Refuse,
                Step::AskMediator,
                Step::Decide(Remedy::Return),
                Step::Appeal,
                Step::CarriedOut,
                Step::Withdraw,
            ];
            for step in every {
                let may = state.may(who).contains(&step.name());
                prop_assert_eq!(state.clone().step(who, step, &total(), at).is_ok(), may);
            }
        }
    }

    #[test]
    fn nobody_gets_back_more_than_they_paid() {
        let at = Timestamp(0);
        let open = DisputeState::opened(at);
        for (minor, fine) in [(0, false), (-1, false), (1, true), (3_400, true), (3_401, false), (i64::MAX, false)] {
            let offered = open.clone().step(Who::Seller, Step::Offer(refund(minor)), &total(), at);
            assert_eq!(offered.is_ok(), fine, "{minor}: {offered:?}");
        }
        let mediated = open.step(Who::Buyer, Step::AskMediator, &total(), at).expect("asks");
        let decided = mediated.step(Who::Team, Step::Decide(refund(3_401)), &total(), at);
        assert_eq!(decided, Err(Refusal::Invalid(Field::Number)));
    }

    #[test]
    fn a_decision_is_appealed_once() {
        let at = Timestamp(0);
        let step = |state: DisputeState, who, step| state.step(who, step, &total(), at).expect("may");
        let state = step(DisputeState::opened(at), Who::Seller, Step::AskMediator);
        let state = step(state, Who::Team, Step::Decide(Remedy::Decline));
        let state = step(state, Who::Buyer, Step::Appeal);
        assert_eq!(state.responsible(), Some(Turn::Team));
        let state = step(state, Who::Team, Step::Decide(refund(500)));
        assert!(matches!(state, DisputeState::Settled { .. }), "{state:?}");
        assert_eq!(state.may(Who::Seller), [StepName::CarriedOut]);
    }

    #[test]
    fn a_16_what_was_decided_for_good_is_looked_at_again_only_when_it_was_not_done() {
        let at = Timestamp(0);
        let step = |state: DisputeState, who, step, at| state.step(who, step, &total(), at).expect("may");
        let asked = step(DisputeState::opened(at), Who::Buyer, Step::AskMediator, at);
        let decided = step(asked, Who::Team, Step::Decide(Remedy::Replace), at);
        let stands = decided.clone().timed_out(at.plus_ms(APPEAL_MS)).expect("stands");
        let appealed = step(decided, Who::Seller, Step::Appeal, at);
        let last = step(appealed, Who::Team, Step::Decide(refund(500)), at);
        for settled in [stands, last] {
            let again = settled.clone().step(Who::Buyer, Step::AskMediator, &total(), at);
            assert_eq!(again, Err(Refusal::NotAllowed), "{settled:?}");
            let late = settled.deadline().expect("has one");
            let looked_at = settled.timed_out(late).expect("was not done");
            assert!(matches!(looked_at, DisputeState::Mediation { again: true, .. }), "{looked_at:?}");
            // Also when the marketplace is late.
            let late = looked_at.deadline().expect("has one");
            let looked_at = looked_at.timed_out(late).expect("is late");
            let settled = step(looked_at, Who::Team, Step::Decide(refund(700)), late);
            assert!(matches!(settled, DisputeState::Settled { decided: true, .. }), "{settled:?}");
        }

        // What the two agreed on was decided by nobody.
        let offered = step(DisputeState::opened(at), Who::Seller, Step::Offer(Remedy::Replace), at);
        let agreed = step(offered, Who::Buyer, Step::Accept, at);
        let asked = step(agreed, Who::Buyer, Step::AskMediator, at);
        let decided = step(asked, Who::Team, Step::Decide(Remedy::Return), at);
        assert!(matches!(decided, DisputeState::Decided { .. }), "{decided:?}");
    }

    #[test]
    fn a_16_what_the_seller_says_was_done_is_over_only_when_the_buyer_says_so_or_nothing() {
        let at = Timestamp(0);
        let step = |state: DisputeState, who, step| state.step(who, step, &total(), at).expect("may");
        let offered = step(DisputeState::opened(at), Who::Seller, Step::Offer(refund(500)));
        let agreed = step(offered, Who::Buyer, Step::Accept);
        let asked = step(DisputeState::opened(at), Who::Buyer, Step::AskMediator);
        let decided = step(asked, Who::Team, Step::Decide(refund(500)));
        let decided = decided.timed_out(at.plus_ms(APPEAL_MS)).expect("stands");
        let done = DisputeState::Closed {
            outcome: Outcome::Done { remedy: refund(500) },
        };
        for (settled, for_good) in [(agreed, false), (decided, true)] {
            for who in [Who::Buyer, Who::Team] {
                assert_eq!(step(settled.clone(), who, Step::CarriedOut), done, "{who:?}");
            }
            let claimed = step(settled, Who::Seller, Step::CarriedOut);
            assert_eq!(
                (claimed.responsible(), claimed.deadline()),
                (Some(Turn::Buyer), Some(at.plus_ms(OBJECT_MS)))
            );
            assert!(claimed.may(Who::Seller).is_empty(), "{claimed:?}");
            assert_eq!(step(claimed.clone(), Who::Buyer, Step::CarriedOut), done);
            assert_eq!(claimed.clone().timed_out(at.plus_ms(OBJECT_MS)), Some(done.clone()));
            // It was not: the marketplace looks at it, and what it decided for good is not open to an appeal again.
            let looked_at = step(claimed, Who::Buyer, Step::AskMediator);
            let again = step(looked_at, Who::Team, Step::Decide(refund(500)));
            assert_eq!(matches!(again, DisputeState::Settled { decided: true, .. }), for_good, "{again:?}");
        }
    }

    #[test]
    fn what_was_kept_before_decisions_were_for_good_is_read() {
        let before = r#"{"mediation":{"decide_by":5}}"#;
        let state = serde_json::from_str::<DisputeState>(before).expect("reads");
        let expected = DisputeState::Mediation {
            decide_by: Timestamp(5),
            again: false,
        };
        assert_eq!(state, expected);
    }

    #[test]
    fn silence_takes_what_was_offered_and_a_refusal_lapses() {
        let at = Timestamp(0);
        let offer = |remedy| {
            DisputeState::opened(at)
                .step(Who::Seller, Step::Offer(remedy), &total(), at)
                .expect("offers")
        };
        let late = at.plus_ms(OFFER_MS);
        assert!(matches!(
            offer(Remedy::Replace).timed_out(late),
            Some(DisputeState::Settled {
                remedy: Remedy::Replace,
                ..
            })
        ));
        assert_eq!(
            offer(Remedy::Decline).timed_out(late),
            Some(DisputeState::Closed { outcome: Outcome::Lapsed })
        );
    }

    #[test]
    fn a_16_at_a_store_that_left_silence_is_nobodys() {
        let at = Timestamp(0);
        let step = |state: DisputeState, who, step| state.step(who, step, &total(), at).expect("may");
        let open = DisputeState::opened(at);
        let declined = step(open.clone(), Who::Seller, Step::Offer(Remedy::Decline));
        let offered = step(open.clone(), Who::Seller, Step::Offer(refund(500)));
        let agreed = step(offered.clone(), Who::Buyer, Step::Accept);
        let claimed = step(agreed, Who::Seller, Step::CarriedOut);
        for state in [open, declined, offered, claimed] {
            let late = state.deadline().expect("has one");
            assert_eq!(state.clone().timed_out_at_left(late.plus_ms(-1)), None, "{state:?}");
            let looked_at = state.clone().timed_out_at_left(late);
            assert!(
                matches!(looked_at, Some(DisputeState::Mediation { again: false, .. })),
                "{state:?}: {looked_at:?}"
            );
        }
    }
}
