//! Starting and stopping the server.

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{any, get};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use super::listener::{Line, Lines};
use super::state::{BOT_ID, Bot, State};
use super::uploads::LARGEST_DOCUMENT;
use super::world::World;
use super::{api, guard, hook, page, saved};
use crate::clock::Clock;

/// How long [`Server::stop`] lets open connections finish.
const FAREWELL: Duration = Duration::from_secs(2);

/// The letters of a token's second half.
const TOKEN_LETTERS: &[u8; 64] =
    b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// How a server is set up.
#[derive(Debug, Clone)]
pub struct Options {
    /// The bot's token; `None`: a new one is made, of Telegram's shape and known to nobody else.
    /// One of another bot is refused: nothing of a rehearsal may reach people.
    pub token: Option<String>,
    /// The bot's user name, without `@`.
    pub bot_username: String,
    /// The name shown in chats.
    pub bot_name: String,
    /// Where the world is kept between runs; `None`: nowhere. Uploaded files go to a folder beside
    /// it with `.files` added to its name.
    pub state_file: Option<PathBuf>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            token: None,
            bot_username: "liaison_rehearsal_bot".to_owned(),
            bot_name: "联络小助手".to_owned(),
            state_file: None,
        }
    }
}

/// A running Bot API server with its chat page.
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
    world: World,
    task: JoinHandle<()>,
    keeper: Option<JoinHandle<()>>,
    hook: JoinHandle<()>,
}

impl Server {
    /// Starts a server on `address` (port 0: any free one). Its messages are dated by `clock`.
    ///
    /// # Errors
    /// `InvalidInput` where the address is not a loopback one or the token a live bot's, `AddrInUse` where the port is taken,
    /// `InvalidData` where the state file is not a rehearsal's, and whatever reading it gives.
    pub async fn start(address: SocketAddr, clock: Clock, options: Options) -> io::Result<Self> {
        if !address.ip().is_loopback() {
            return Err(io::Error::new(
                io::ErrorKind::InvalidInput,
                format!(
                    "{address} is not on the loopback interface; a rehearsal listens on no other"
                ),
            ));
        }
        let listener = TcpListener::bind(address).await?;
        let address = listener.local_addr()?;
        let state = match &options.state_file {
            Some(file) => saved::load(file).await?,
            None => State::default(),
        };
        let token = match options.token {
            Some(token) if !token.starts_with(&format!("{BOT_ID}:")) => {
                let why = "a rehearsal takes no live bot's token";
                return Err(io::Error::new(io::ErrorKind::InvalidInput, why));
            }
            Some(token) => token,
            None => new_token()?,
        };
        let bot = Bot { username: options.bot_username, name: options.bot_name };
        let world = World::new(state, clock, bot, token);
        let hook = tokio::spawn(hook::run(world.clone()));
        let service =
            router(world.clone(), address.port()).into_make_service_with_connect_info::<Line>();
        let mut changes = world.changes();
        let stopping = world.clone();
        let task = tokio::spawn(async move {
            let stopped =
                async move { while !stopping.is_stopping() && changes.changed().await.is_ok() {} };
            let serving = axum::serve(Lines(listener), service).with_graceful_shutdown(stopped);
            if let Err(error) = serving.await {
                tracing::error!(%error, "the rehearsal server ended");
            }
        });
        let mut server = Self { address, world, task, keeper: None, hook };
        if let Some(file) = options.state_file {
            server.keep(file);
        }
        Ok(server)
    }

    /// Keeps the world in this file from now on; for one that was started without, because much
    /// was to happen before anything was worth keeping.
    pub fn keep(&mut self, state_file: PathBuf) {
        let keeper = saved::Keeper::new(self.world.clone(), state_file);
        if let Some(former) = self.keeper.replace(tokio::spawn(keeper.run())) {
            former.abort();
        }
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The address for `Bot::set_api_url`, and of the chat page.
    pub fn api_url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The bot's token.
    pub fn token(&self) -> &str {
        self.world.token()
    }

    /// The handle on people and chats.
    pub fn world(&self) -> World {
        self.world.clone()
    }

    /// Stops: waiting calls are answered, the world is saved.
    pub async fn stop(mut self) {
        self.world.stop();
        if tokio::time::timeout(FAREWELL, &mut self.task).await.is_err() {
            self.task.abort();
        }
        if tokio::time::timeout(FAREWELL, self.world.kept()).await.is_err() {
            tracing::error!("the rehearsal was not saved in time");
        }
    }
}

/// A server that is dropped ends at once, and saves no more; after [`Server::stop`] all is saved.
impl Drop for Server {
    fn drop(&mut self) {
        self.world.stop();
        self.task.abort();
        self.hook.abort();
        if let Some(keeper) = &self.keeper {
            keeper.abort();
        }
    }
}

fn router(world: World, port: u16) -> Router {
    Router::new()
        .route("/{bot}/{method}", any(api::handle))
        .route("/file/{bot}/{*path}", get(api::download))
        .layer(DefaultBodyLimit::max(LARGEST_DOCUMENT + 1024 * 1024))
        .merge(page::router())
        .layer(axum::middleware::from_fn_with_state(port, guard::check))
        .with_state(world)
}

fn new_token() -> io::Result<String> {
    let mut random = [0_u8; 35];
    getrandom::fill(&mut random).map_err(io::Error::other)?;
    let secret: String =
        random.iter().map(|byte| char::from(TOKEN_LETTERS[usize::from(byte % 64)])).collect();
    Ok(format!("{BOT_ID}:{secret}"))
}
