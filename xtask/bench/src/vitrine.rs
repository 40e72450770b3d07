//! The real executable, set up through its public doors as a shop would. The documented rate factor is the only difference in how it runs;
//! people at the desk, and settings that no chat of a long run should meet (places, chats that nobody takes), are written before it starts.

use std::{
    net::SocketAddr,
    ops::Range,
    path::{Path, PathBuf},
    process::Stdio,
    time::{Duration, Instant},
};

use futures::{StreamExt, TryStreamExt, stream};
use model::{
    id::{ClientId, ConversationId},
    language::Language,
    limits::PLACES_MAX,
    panel::{Begin, Begun, PostMessage, StartChat, Whence},
    party::Role,
    settings::PresenceRule,
    text::{Body, EmailAddress, Name, Slug},
};
use reqwest::{Client, RequestBuilder, Response, header, redirect::Policy};
use serde_json::json;
use storage::{Installation, NewAccount, StorageError, StoreScope};
use tokio::{
    io::{AsyncBufReadExt, BufReader, Lines},
    process::{ChildStdout, Command},
    time::timeout,
};
use uuid::Uuid;

use crate::{
    Result, ask,
    place::Place,
    process::{self, Server},
    socket,
    tab::Who,
};

const STORE: &str = "bench";
/// The owner, who is the first of the staff.
const EMAIL: &str = "owner@bench.example";
/// Everybody's.
const PASSWORD: &str = "vitrine-bench";
/// How long the set-up link may take to be printed.
const LINK: Duration = Duration::from_secs(30);
/// Chats that are begun at the same time while a run is prepared.
const AT_ONCE: usize = 32;
/// People who sign in at the same time: as many as the product lets hash.
const SIGNING_IN: usize = 2;

/// A shopper with a chat.
#[derive(Clone, Debug)]
pub(crate) struct Shopper {
    pub(crate) conversation: ConversationId,
    token: String,
}

impl Shopper {
    /// For a socket.
    pub(crate) fn who(&self) -> Who {
        Who::Shopper {
            path: path(""),
            token: self.token.clone(),
        }
    }
}

/// Below the store's own addresses.
fn path(deed: &str) -> String {
    format!("/w/{STORE}{deed}")
}

/// An installation with one store and the people at its desk.
pub(crate) struct Shop {
    pub(crate) place: Place,
    pub(crate) data: PathBuf,
    program: PathBuf,
    http: Client,
    staff: usize,
}

impl Shop {
    /// Makes a new installation through its set-up page, and leaves it stopped.
    pub(crate) async fn set_up(program: &Path, data: &Path, place: Place, staff: usize) -> Result<Self> {
        let shop = Self {
            place,
            data: data.to_owned(),
            program: program.to_owned(),
            http: Client::builder().redirect(Policy::none()).build()?,
            staff,
        };
        shop.begin().await?;
        shop.people().await?;
        shop.place.let_go().await?;
        Ok(shop)
    }

    /// `vitrine serve`, as it is measured.
    pub(crate) fn command(&self, listen: SocketAddr) -> Command {
        self.node(listen, &self.data)
    }

    /// The same with a data folder of its own: another node of the same installation, where the data is elsewhere.
    pub(crate) fn node(&self, listen: SocketAddr, data: &Path) -> Command {
        let mut command = process::command(&self.program, "serve", listen, data);
        command.env("VITRINE_RATE_FACTOR", "1000").env("VITRINE_LOG", "warn");
        match &self.place {
            Place::Sqlite(_) => command.env_remove("VITRINE_DATABASE_URL"),
            Place::Postgres(address) => command.env("VITRINE_DATABASE_URL", address),
        };
        command
    }

    /// Starts it.
    pub(crate) async fn start(&self) -> Result<Server> {
        self.place.let_go().await?;
        Server::start(&|listen| self.command(listen)).await
    }

    async fn begin(&self) -> Result<()> {
        let address = process::free_address().await?;
        let mut child = self.command(address).stdin(Stdio::null()).stdout(Stdio::piped()).spawn()?;
        let mut lines = BufReader::new(child.stdout.take().ok_or("no output")?).lines();
        let token = timeout(LINK, set_up_token(&mut lines))
            .await
            .map_err(|_| "vitrine printed no set-up link")??;
        // A full pipe would stop the server.
        let rest = tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
        let server = Server::waited_for(address, Instant::now(), child).await?;
        let form = [
            ("token", token.as_str()),
            ("store_name", "Bench"),
            ("slug", STORE),
            ("origin", "http://shop.example"),
            ("name", "Olive Owner"),
            ("email", EMAIL),
            ("password", PASSWORD),
            ("language", "en"),
        ];
        sent(from_page(
            address,
            self.http.post(format!("http://{address}/setup?token={token}")).form(&form),
        ))
        .await?;
        server.stop().await?;
        rest.abort();
        Ok(())
    }

    /// The owner's colleagues, with the owner's password; and a store that lets everybody in.
    async fn people(&self) -> Result<()> {
        let (slug, owner) = (Slug::parse(STORE)?, EmailAddress::parse(EMAIL)?);
        let mut colleagues = Vec::new();
        for n in 1..self.staff {
            colleagues.push((EmailAddress::parse(&email(n))?, Name::parse(&format!("Colleague {n}"))?));
        }
        let storage = self.place.open().await?;
        let now = service::Clock::system().now();
        storage
            .write(move |tx| {
                Box::pin(async move {
                    let missing = || StorageError::Unusable("the set-up page made no store or no owner".to_owned());
                    let store = tx.store_of_slug(Installation, &slug).await?.ok_or_else(missing)?;
                    let hash = tx.account_of_email(Installation, &owner).await?.ok_or_else(missing)?.password_hash;
                    let scope = StoreScope(store.id);
                    let mut settings = store.settings;
                    settings.places = PLACES_MAX;
                    settings.missed_after_s = 0;
                    settings.presence = PresenceRule::UntilSwitchedOff;
                    tx.set_settings(scope, &settings).await?;
                    for (email, name) in colleagues {
                        let account = NewAccount {
                            id: service::clock::new_id(),
                            email,
                            name,
                            password_hash: hash.clone(),
                            language: Language::En,
                        };
                        tx.insert_account(Installation, &account, now).await?;
                        tx.insert_membership(scope, account.id, Role::Operator, now).await?;
                    }
                    Ok::<_, StorageError>(())
                })
            })
            .await?;
        Ok(())
    }

    /// Everybody signs in, and the owner goes on duty until somebody switches that off.
    pub(crate) async fn desk(&self, address: SocketAddr) -> Result<Vec<Who>> {
        let people: Vec<Who> = stream::iter(0..self.staff)
            .map(|n| self.sign_in(address, n))
            .buffered(SIGNING_IN)
            .try_collect()
            .await?;
        let Some(Who::Staff { cookies }) = people.first() else {
            return Err("nobody is at the desk".into());
        };
        // A window has to be open before its owner can be on duty.
        let _window = socket::open(address, people[0].ticket(address).await?, &[]).await?;
        let duty = self
            .http
            .post(format!("http://{address}/fn/go_on_duty"))
            .header(header::COOKIE, cookies)
            .header(header::ACCEPT, "application/json")
            .json(&json!({ "window": "recap" }));
        sent(from_page(address, duty)).await?;
        Ok(people)
    }

    async fn sign_in(&self, address: SocketAddr, n: usize) -> Result<Who> {
        let own = if n == 0 { EMAIL.to_owned() } else { email(n) };
        let form = [("email", own.as_str()), ("password", PASSWORD)];
        let answer = sent(from_page(address, self.http.post(format!("http://{address}/sign-in")).form(&form))).await?;
        Ok(Who::Staff {
            cookies: cookies(&answer)?,
        })
    }

    /// Shoppers with a chat each, in which they have said so many things.
    pub(crate) async fn shoppers(&self, address: SocketAddr, numbers: Range<usize>, words: usize) -> Result<Vec<Shopper>> {
        stream::iter(numbers)
            .map(|n| self.shopper(address, n, words))
            .buffered(AT_ONCE)
            .try_collect()
            .await
    }

    async fn shopper(&self, address: SocketAddr, n: usize, words: usize) -> Result<Shopper> {
        let start = self.http.post(format!("http://{address}{}", path("/start"))).json(&chat(n)?);
        let begun: Begun = sent(from_page(address, start)).await?.json().await?;
        let shopper = Shopper {
            conversation: begun.conversation.id,
            token: begun.pass.token,
        };
        for word in 0..words {
            self.say(address, &shopper, &format!("Is the blue vase still there? I asked {word} times."))
                .await?;
        }
        Ok(shopper)
    }

    /// A shopper says something, without a socket.
    pub(crate) async fn say(&self, address: SocketAddr, shopper: &Shopper, text: &str) -> Result<()> {
        let message = PostMessage {
            conversation: shopper.conversation,
            cid: ClientId(Uuid::now_v7()),
            body: Body::parse(text)?,
        };
        sent(self.of(address, shopper, "/messages").json(&message)).await?;
        Ok(())
    }

    /// A shopper's own `POST`.
    pub(crate) fn of(&self, address: SocketAddr, shopper: &Shopper, deed: &str) -> RequestBuilder {
        let request = self.http.post(format!("http://{address}{}", path(deed)));
        from_page(address, request).header("x-vitrine-session", &shopper.token)
    }

    /// Something that somebody at the desk asks for.
    pub(crate) fn at_desk(address: SocketAddr, who: &Who, request: RequestBuilder) -> RequestBuilder {
        let request = from_page(address, request);
        match who {
            Who::Staff { cookies } => request.header(header::COOKIE, cookies),
            Who::Shopper { .. } => request,
        }
    }

    /// What it asks with.
    pub(crate) fn http(&self) -> &Client {
        &self.http
    }

    /// Shoppers begin their chats, everybody is connected, and the desk follows all of them.
    pub(crate) async fn sockets(&self, address: SocketAddr, conversations: usize) -> Result<Sockets> {
        let people = self.desk(address).await?;
        let shoppers = self.shoppers(address, 0..conversations, 0).await?;
        let ids: Vec<ConversationId> = shoppers.iter().map(|shopper| shopper.conversation).collect();
        let mut sockets = Sockets::default();
        for shopper in &shoppers {
            let ticket = shopper.who().ticket(address).await?;
            let id = shopper.conversation;
            sockets.shoppers.push((id, socket::open(address, ticket, &[id]).await?));
        }
        for (some, who) in shares(&ids, people.len()).zip(people.iter().cycle()) {
            let ticket = who.ticket(address).await?;
            sockets.desk.push((some.to_vec(), socket::open(address, ticket, some).await?));
        }
        Ok(sockets)
    }
}

/// Everybody's sockets.
#[derive(Default)]
pub(crate) struct Sockets {
    pub(crate) shoppers: Vec<(ConversationId, socket::Socket)>,
    pub(crate) desk: Vec<(Vec<ConversationId>, socket::Socket)>,
}

/// What each socket of so many people follows.
pub(crate) fn shares(ids: &[ConversationId], people: usize) -> std::slice::Chunks<'_, ConversationId> {
    ids.chunks(ids.len().div_ceil(people.max(1)).clamp(1, socket::FOLLOWED))
}

fn email(n: usize) -> String {
    format!("colleague{n}@bench.example")
}

async fn set_up_token(lines: &mut Lines<BufReader<ChildStdout>>) -> Result<String> {
    while let Some(line) = lines.next_line().await? {
        if let Some((_, rest)) = line.split_once("/setup?token=") {
            return Ok(rest
                .chars()
                .take_while(|c| c.is_ascii_alphanumeric() || "-_.~%".contains(*c))
                .collect());
        }
    }
    Err("vitrine ended without printing a set-up link".into())
}

/// The `n`th shopper presses Start Chat.
fn chat(n: usize) -> Result<Begin> {
    Ok(Begin::Chat(StartChat {
        cid: ClientId(Uuid::now_v7()),
        name: Some(Name::parse(&format!("Shopper {n}"))?),
        email: Some(EmailAddress::parse(&format!("shopper{n}@bench.example"))?),
        identity: None,
        origin: Whence::default(),
    }))
}

/// With the headers a browser sends from a page of ours.
fn from_page(address: SocketAddr, request: RequestBuilder) -> RequestBuilder {
    request
        .header(header::ORIGIN, format!("http://{address}"))
        .header("sec-fetch-site", "same-origin")
}

/// Sends it; anything but success or a redirect is an error with the server's words.
pub(crate) async fn sent(request: RequestBuilder) -> Result<Response> {
    let answer = request.send().await?;
    if answer.status().is_success() || answer.status().is_redirection() {
        return Ok(answer);
    }
    let (status, url) = (answer.status(), answer.url().clone());
    Err(format!("{url} answered {status}: {}", answer.text().await?).into())
}

/// The cookies of an answer, as a browser sends them back.
fn cookies(answer: &Response) -> Result<String> {
    let pairs: Vec<&str> = answer
        .headers()
        .get_all(header::SET_COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok()?.split(';').next())
        .collect();
    if pairs.is_empty() {
        Err("signing in set no cookie".into())
    } else {
        Ok(pairs.join("; "))
    }
}

/// The owner signs in, by hand; what it was answered with.
pub(crate) async fn sign_in(address: SocketAddr) -> Result<u16> {
    let form = format!("email={}&password={PASSWORD}", EMAIL.replace('@', "%40"));
    let sent = Some(("application/x-www-form-urlencoded", form.as_str()));
    Ok(ask::post(address, "/sign-in", ("Accept", "text/html"), sent).await?.status)
}
