//! `/account/{store}/threads`: My Communication History, as the buyer sees it: the mirror of the vendor's (A-i1).

use model::party::Side;

use super::{
    super::threads::{Drawn, NewThreadPage, ThreadPage, ThreadsPage, begin_form, opened, table},
    Account,
};

/// All threads of the member with the store.
pub fn account_threads(account: &Account<'_>, page: &ThreadsPage) -> String {
    account.around(account.words.get("site.threads.title"), || table(&drawn(account), page))
}

/// One of them.
pub fn account_thread(account: &Account<'_>, page: &ThreadPage) -> String {
    account.around(page.line.subject.clone(), || opened(&drawn(account), page))
}

/// The form that begins one.
pub fn account_new_thread(account: &Account<'_>, page: &NewThreadPage) -> String {
    let title = account.words.with("site.account.write", &[("store", account.store)]);
    account.around(title, || begin_form(account.words, page))
}

fn drawn<'a>(account: &'a Account<'a>) -> Drawn<'a> {
    Drawn {
        words: account.words,
        side: Side::Shopper,
        theirs: account.store,
        wall: account.wall,
    }
}
