//! The demo's data holds together.

use std::collections::BTreeSet;

use model::{case::CaseStatus, conversation::Kind, party::Side};

use super::*;

#[test]
fn everything_that_is_named_exists() {
    let market = marketplace();
    for order in market.shoppers.iter().flat_map(|s| &s.orders) {
        let store = market.store(order.store.as_str()).expect("a store of the demo");
        assert!(
            order
                .lines
                .iter()
                .all(|line| line.quantity > 0 && store.product(line.sku.as_str()).is_some()),
            "{}",
            order.number
        );
        assert_eq!(order.tracking.is_some(), order.state >= OrderState::Shipped, "{}", order.number);
        assert!(order.total().minor > order.subtotal().minor);
    }
    for conversation in &market.conversations {
        let store = market.store(conversation.store.as_str()).expect("a store of the demo");
        let staff: Vec<_> = store.staff.iter().map(|s| &s.email).collect();
        if let Who::Member(number) = &conversation.who {
            let shopper = market.shopper(number).expect("a shopper of the demo");
            assert!(
                conversation
                    .order
                    .iter()
                    .all(|n| shopper.orders.iter().any(|o| o.number == *n && o.store == conversation.store))
            );
            assert_eq!(shopper.language, conversation.language);
        }
        assert!(conversation.product.iter().all(|sku| store.product(sku.as_str()).is_some()));
        assert!(conversation.taken.iter().all(|taken| staff.contains(&&taken.by)));
        for said in &conversation.said {
            assert!(matches!(&said.by, Speaker::Shopper) || matches!(&said.by, Speaker::Staff(email) if staff.contains(&email)));
        }
    }
}

#[test]
fn time_runs_forward_and_everybody_speaks_after_they_arrived() {
    for conversation in marketplace().conversations {
        assert_eq!(conversation.said.first().map(|said| &said.by), Some(&Speaker::Shopper));
        assert!(conversation.said.is_sorted_by_key(|said| said.after_s));
        let last = conversation.said.last().expect("somebody said something").after_s;
        assert!(last < conversation.minutes_ago * 60);
        assert!(conversation.closed.iter().all(|closed| closed.after_s >= last));
        assert!(conversation.kind != Kind::Order || conversation.order.is_some());
        match conversation.kind {
            Kind::Live => {
                let taken = conversation.taken.expect("somebody took it");
                assert!(conversation.closed.is_some());
                assert!(
                    conversation
                        .said
                        .iter()
                        .all(|said| said.by == Speaker::Shopper || said.after_s > taken.after_s)
                );
            }
            Kind::Offline | Kind::Shop | Kind::Order => assert!(conversation.taken.is_none() && conversation.closed.is_none()),
            other => panic!("{other:?} is not told in the demo"),
        }
    }
}

#[test]
fn names_are_unique_and_every_language_is_spoken() {
    let market = marketplace();
    let orders: Vec<_> = market.shoppers.iter().flat_map(|s| &s.orders).map(|o| &o.number).collect();
    assert_eq!(orders.iter().collect::<BTreeSet<_>>().len(), orders.len());
    for store in &market.stores {
        let skus: BTreeSet<_> = store.products.iter().map(|p| p.sku.as_str()).collect();
        assert!(skus.len() >= 5 && skus.len() == store.products.len());
        assert!(store.staff.iter().any(|s| s.role == Role::Owner));
        for product in &store.products {
            for language in Language::ALL {
                assert!(Name::parse(product.name.get(language)).is_ok());
                assert!(!product.description.get(language).is_empty() && !product.details.get(language).is_empty());
            }
        }
    }
    for language in Language::ALL {
        assert!(market.conversations.iter().any(|c| c.language == language), "{language:?}");
    }
}

fn runs_forward(said: &[Said], minutes_ago: i64) -> bool {
    let last = said.last().map_or(0, |said| said.after_s);
    !said.is_empty() && said.is_sorted_by_key(|said| said.after_s) && last < minutes_ago * 60
}

#[test]
fn a_12_a_i2_threads_are_about_products_and_about_anything_and_either_side_began_them() {
    let market = marketplace();
    for thread in &market.threads {
        let store = market.store(thread.store.as_str()).expect("a store of the demo");
        let shopper = market.shopper(&thread.with).expect("a shopper of the demo");
        assert_eq!(shopper.language, thread.language, "{}", thread.subject);
        assert!(thread.product.iter().all(|sku| store.product(sku.as_str()).is_some()));
        assert!(runs_forward(&thread.said, thread.minutes_ago), "{}", thread.subject);
        for said in &thread.said {
            assert!(
                matches!(&said.by, Speaker::Shopper)
                    || matches!(&said.by, Speaker::Staff(email) if store.staff.iter().any(|s| s.email == *email))
            );
        }
        let answered = thread.said.iter().any(|said| said.by.side() == Side::Desk);
        assert_eq!(thread.status == CaseStatus::New, !answered, "{}", thread.subject);
    }
    for store in &market.stores {
        let theirs: Vec<_> = market.threads.iter().filter(|thread| thread.store == store.slug).collect();
        assert!(theirs.iter().any(|thread| thread.product.is_some()) && theirs.iter().any(|thread| thread.product.is_none()));
        let begun = |side| {
            theirs
                .iter()
                .any(|thread| thread.said.first().is_some_and(|first| first.by.side() == side))
        };
        assert!(begun(Side::Desk) && begun(Side::Shopper), "{}", store.slug);
    }
    for language in Language::ALL {
        assert!(market.threads.iter().any(|thread| thread.language == language), "{language:?}");
        assert!(market.tickets.iter().any(|ticket| ticket.language == language), "{language:?}");
        assert!(market.disputes.iter().any(|dispute| dispute.language == language), "{language:?}");
    }
}

#[test]
fn a_i4_tickets_are_for_a_store_for_oneself_and_of_shoppers_and_one_is_overdue() {
    let market = marketplace();
    let team: Vec<_> = market.team.staff.iter().map(|person| &person.email).collect();
    assert!(market.team.staff.iter().any(|person| person.role == Role::Owner));
    let works = |email: &EmailAddress| {
        market
            .stores
            .iter()
            .any(|store| store.staff.iter().any(|person| person.email == *email))
    };
    for ticket in &market.tickets {
        match &ticket.by {
            Asker::Store(email) | Asker::Person(email) => assert!(works(email), "{email}"),
            Asker::Shopper { store, number } => assert!(market.store(store.as_str()).is_some() && market.shopper(number).is_some()),
        }
        assert!(runs_forward(&ticket.said, ticket.minutes_ago), "{}", ticket.subject);
        assert!(ticket.assignee.iter().all(|email| team.contains(&email)));
        let older = |subject: &Name| {
            market
                .tickets
                .iter()
                .any(|other| other.subject == *subject && other.minutes_ago > ticket.minutes_ago)
        };
        assert!(ticket.merged_into.iter().all(older), "{}", ticket.subject);
        for said in ticket.said.iter().chain(&ticket.notes) {
            assert!(matches!(&said.by, Speaker::Shopper) || matches!(&said.by, Speaker::Staff(email) if team.contains(&email)));
        }
    }
    let overdue = |ticket: &&Ticket| ticket.status == CaseStatus::New && ticket.minutes_ago * 60_000 > ticket.priority.promise().0;
    assert_eq!(market.tickets.iter().filter(overdue).count(), 1);
}

#[test]
fn disputes_are_about_orders_and_nothing_is_done_in_them_by_somebody_else() {
    let market = marketplace();
    for dispute in &market.disputes {
        let mut orders = market
            .shoppers
            .iter()
            .flat_map(|shopper| shopper.orders.iter().map(move |order| (shopper, order)));
        let (shopper, order) = orders
            .find(|(_, order)| order.number == dispute.order)
            .expect("an order of the demo");
        assert_eq!(shopper.language, dispute.language, "{}", dispute.order);
        assert!(dispute.minutes_ago < order.days_ago * 1_440, "{}", dispute.order);
        assert!(runs_forward(&dispute.said, dispute.minutes_ago), "{}", dispute.order);
        assert!(dispute.steps.is_sorted_by_key(|step| step.after_s));
        let store = market.store(order.store.as_str()).expect("a store of the demo");
        for step in &dispute.steps {
            let known = match &step.by {
                Mover::Buyer => true,
                Mover::Seller(email) => store.staff.iter().any(|person| person.email == *email),
                Mover::Team(email) => market.team.staff.iter().any(|person| person.email == *email),
            };
            assert!(known, "{}", dispute.order);
        }
    }
}
