//! What the device keeps: unsent messages, in IndexedDB, so that neither a reload nor a crash of the browser loses them.
//!
//! Nothing is made on the device before somebody sends something: the database is opened by the first message, and at the start
//! only where it is known to exist. Where the browser refuses, memory has to do.

use std::cell::RefCell;

use js_sys::{Array, Function, Promise, Reflect};
use model::id::ClientId;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::JsFuture;
use web_sys::{IdbDatabase, IdbFactory, IdbKeyRange, IdbRequest, IdbTransaction, IdbTransactionMode};

use crate::outbox::Pending;

const DATABASE: &str = "vitrine";
const STORE: &str = "outbox";

/// See the module.
pub(crate) struct Device {
    /// Begins the key of everything that is this owner's; without one nothing is kept.
    owner: RefCell<Option<String>>,
}

impl Device {
    pub(crate) fn new(owner: Option<String>) -> Self {
        Self {
            owner: RefCell::new(owner),
        }
    }

    pub(crate) fn belongs_to(&self, owner: String) {
        *self.owner.borrow_mut() = Some(owner);
    }

    fn key(&self, end: &str) -> Option<JsValue> {
        self.owner
            .borrow()
            .as_ref()
            .map(|owner| JsValue::from_str(&[owner.as_str(), end].concat()))
    }

    /// Keeps a message, or does not: the caller goes on either way.
    pub(crate) async fn keep(&self, pending: &Pending) {
        if let (Some(key), Ok(text)) = (self.key(&pending.cid.to_string()), serde_json::to_string(pending)) {
            change(key, Some(text)).await;
        }
    }

    pub(crate) async fn forget(&self, cid: ClientId) {
        if let Some(key) = self.key(&cid.to_string()) {
            change(key, None).await;
        }
    }

    /// What is kept of this owner, in the order of its making: ids sort by time.
    pub(crate) async fn restore(&self) -> Vec<Pending> {
        let (Some(from), Some(to)) = (self.key(""), self.key("\u{ffff}")) else {
            return Vec::new();
        };
        read(&from, &to).await.unwrap_or_default()
    }
}

fn factory() -> Option<IdbFactory> {
    web_sys::window()?.indexed_db().ok()?
}

/// Whether the database is there already. Browsers that cannot say are taken at their word that it is not.
async fn exists() -> Option<bool> {
    let factory = factory()?;
    let databases: Function = Reflect::get(&factory, &JsValue::from_str("databases")).ok()?.dyn_into().ok()?;
    let promise: JsValue = databases.call0(&factory).ok()?;
    let list = JsFuture::from(promise.unchecked_into::<Promise>()).await.ok()?;
    let name = JsValue::from_str("name");
    let is_ours = |entry: JsValue| Reflect::get(&entry, &name).is_ok_and(|n| n == JsValue::from_str(DATABASE));
    Some(Array::from(&list).iter().any(is_ours))
}

async fn open() -> Option<IdbDatabase> {
    let request = factory()?.open_with_u32(DATABASE, 1).ok()?;
    let opening = request.clone();
    let make: Closure<dyn FnMut()> = Closure::once(move || {
        if let Ok(database) = opening.result() {
            drop(database.unchecked_into::<IdbDatabase>().create_object_store(STORE));
        }
    });
    request.set_onupgradeneeded(Some(make.as_ref().unchecked_ref()));
    let opened = settled(&request).await;
    request.set_onupgradeneeded(None);
    opened.then(|| request.result().ok())?.map(JsCast::unchecked_into)
}

/// Keeps a text under a key, or nothing any more.
async fn change(key: JsValue, text: Option<String>) {
    let Some(database) = open().await else { return };
    if let Ok(transaction) = database.transaction_with_str_and_mode(STORE, IdbTransactionMode::Readwrite)
        && let Ok(store) = transaction.object_store(STORE)
    {
        let asked = match text {
            Some(text) => store.put_with_key(&JsValue::from_str(&text), &key),
            None => store.delete(&key),
        };
        if asked.is_ok() {
            committed(&transaction).await;
        }
    }
    database.close();
}

async fn read(from: &JsValue, to: &JsValue) -> Option<Vec<Pending>> {
    if !exists().await? {
        return None;
    }
    let database = open().await?;
    let kept = read_from(&database, from, to).await;
    database.close();
    kept
}

async fn read_from(database: &IdbDatabase, from: &JsValue, to: &JsValue) -> Option<Vec<Pending>> {
    let store = database.transaction_with_str(STORE).ok()?.object_store(STORE).ok()?;
    let range = IdbKeyRange::bound(from, to).ok()?;
    let request = store.get_all_with_key(&range).ok()?;
    if !settled(&request).await {
        return None;
    }
    let kept = Array::from(&request.result().ok()?);
    Some(
        kept.iter()
            .filter_map(|text| model::json::from_str(&text.as_string()?).ok())
            .collect(),
    )
}

async fn settled(request: &IdbRequest) -> bool {
    let promise = Promise::new(&mut |done: Function, failed: Function| {
        request.set_onsuccess(Some(&done));
        request.set_onerror(Some(&failed));
    });
    JsFuture::from(promise).await.is_ok()
}

/// The end of a transaction, not of its last request, is when the device keeps it.
async fn committed(transaction: &IdbTransaction) {
    let promise = Promise::new(&mut |done: Function, failed: Function| {
        transaction.set_oncomplete(Some(&done));
        transaction.set_onerror(Some(&failed));
        transaction.set_onabort(Some(&failed));
    });
    drop(JsFuture::from(promise).await);
}
