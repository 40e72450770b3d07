//! The real executable, set up through its public doors as a shop would, with the documented rate factor as the only difference.

use std::{
    net::SocketAddr,
    path::Path,
    process::Stdio,
    time::{Duration, Instant},
};

use model::{
    id::{ClientId, ConversationId},
    panel::{Begin, Begun, StartChat, Ticket, Whence},
    text::{EmailAddress, Name},
};
use reqwest::{Client, RequestBuilder, Response, header, redirect::Policy};
use serde_json::json;
use sqlx::{ConnectOptions, sqlite::SqliteConnectOptions};
use tokio::{
    io::{AsyncBufReadExt, BufReader, Lines},
    process::{ChildStdout, Command},
    time::timeout,
};
use uuid::Uuid;

use crate::{
    Result,
    load::Scene,
    process::{self, Server},
    socket,
};

const STORE: &str = "bench";
const EMAIL: &str = "owner@bench.example";
const PASSWORD: &str = "vitrine-bench";
/// How long the set-up link may take to be printed.
const LINK: Duration = Duration::from_secs(30);
/// Raises a store's places above the conversations of any run, and above what the form of the settings allows.
const PLACES: &str = "UPDATE store SET settings = json_set(settings, '$.places', 100000)";

/// `vitrine serve`, as it is measured.
pub(crate) fn command(program: &Path, listen: SocketAddr, data: &Path) -> Command {
    let mut command = process::command(program, "serve", listen, data);
    command.env("VITRINE_RATE_FACTOR", "1000").env("VITRINE_LOG", "warn");
    command
}

/// An installation with one store and its owner.
pub(crate) struct Shop {
    http: Client,
}

/// Makes a new installation through its set-up page, and leaves it stopped.
pub(crate) async fn set_up(program: &Path, data: &Path) -> Result<Shop> {
    let http = Client::builder().redirect(Policy::none()).build()?;
    let address = process::free_address().await?;
    let mut child = command(program, address, data)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()?;
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
        http.post(format!("http://{address}/setup?token={token}")).form(&form),
    ))
    .await?;
    server.stop().await?;
    rest.abort();
    let mut database = SqliteConnectOptions::new().filename(data.join("vitrine.db")).connect().await?;
    sqlx::query(PLACES).execute(&mut database).await?;
    sqlx::Connection::close(database).await?;
    Ok(Shop { http })
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

impl Shop {
    /// The owner goes on duty, shoppers begin their chats, and everybody is connected.
    pub(crate) async fn open(&self, server: &Server, conversations: usize) -> Result<Scene> {
        let base = format!("http://{}", server.address);
        let page = |request: RequestBuilder| from_page(server.address, request);
        let answer = sent(page(
            self.http
                .post(format!("{base}/sign-in"))
                .form(&[("email", EMAIL), ("password", PASSWORD)]),
        ))
        .await?;
        let cookies = cookies(&answer)?;
        let desk_ticket = async || -> Result<String> {
            let request = self.http.post(format!("{base}/desk/ticket")).header(header::COOKIE, &cookies);
            Ok(sent(page(request)).await?.json::<Ticket>().await?.ticket)
        };
        // A window has to be open before its owner can be on duty.
        let window = socket::open(server.address, desk_ticket().await?, &[]).await?;
        let duty = self
            .http
            .post(format!("{base}/fn/go_on_duty"))
            .header(header::COOKIE, &cookies)
            .json(&json!({ "window": "recap" }));
        sent(page(duty.header(header::ACCEPT, "application/json"))).await?;

        let mut shoppers = Vec::with_capacity(conversations);
        let mut ids = Vec::with_capacity(conversations);
        for n in 0..conversations {
            let begun: Begun = sent(page(self.http.post(format!("{base}/w/{STORE}/start")).json(&chat(n)?)))
                .await?
                .json()
                .await?;
            let request = self
                .http
                .post(format!("{base}/w/{STORE}/ticket"))
                .header("x-vitrine-session", &begun.pass.token);
            let ticket: Ticket = sent(page(request)).await?.json().await?;
            let id: ConversationId = begun.conversation.id;
            shoppers.push((id, socket::open(server.address, ticket.ticket, &[id]).await?));
            ids.push(id);
        }
        let mut desk = vec![window];
        for some in ids.chunks(socket::FOLLOWED) {
            desk.push(socket::open(server.address, desk_ticket().await?, some).await?);
        }
        Ok(Scene::new(shoppers, desk))
    }
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
async fn sent(request: RequestBuilder) -> Result<Response> {
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
