//! The demo's data holds together.

use std::collections::BTreeSet;

use model::conversation::Kind;

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
