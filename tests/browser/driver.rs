//! A headless browser that waits for what it is told to find.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use fantoccini::elements::Element;
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};

/// Long enough for a loaded machine.
const PATIENCE: Duration = Duration::from_secs(15);
const GLANCE: Duration = Duration::from_millis(30);

const CHROMIUMS: [&str; 3] = ["chromium", "chromium-browser", "google-chrome"];

/// A window's width and height.
#[derive(Clone, Copy)]
pub struct Size(pub u32, pub u32);

/// chromedriver, ended when dropped.
struct Driver(Child);

impl Drop for Driver {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[derive(Clone)]
pub struct Browser {
    client: Client,
    session: String,
    _driver: Arc<Mutex<Driver>>,
    _profile: Arc<tempfile::TempDir>,
}

impl Browser {
    /// Starts chromedriver and Chromium, or says that the test is left out.
    pub async fn start() -> Option<Self> {
        let programs = installed(&["chromedriver"]).zip(installed(&CHROMIUMS));
        let Some((chromedriver, chromium)) = programs else {
            let in_ci = std::env::var("CI").is_ok_and(|ci| ci == "true");
            assert!(!in_ci, "chromium and chromedriver are needed for this test");
            eprintln!("LEFT OUT: the browser test needs chromium and chromedriver");
            return None;
        };
        let (driver, port) = start_driver(&chromedriver);
        let profile = tempfile::tempdir().unwrap();
        let flags = [
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--disable-dev-shm-usage",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--window-size=1280,800",
            &format!("--user-data-dir={}", profile.path().display()),
        ];
        let capabilities = json!({
            "goog:chromeOptions": { "args": flags, "binary": chromium },
            "goog:loggingPrefs": { "browser": "ALL" },
        });
        let address = format!("http://127.0.0.1:{port}");
        let mut builder = ClientBuilder::new(HttpConnector::new());
        builder.capabilities(capabilities.as_object().unwrap().clone());
        let client = builder.connect(&address).await.expect("Chromium does not start");
        let session = client.session_id().await.unwrap().expect("a session");
        let driver = Arc::new(Mutex::new(driver));
        let session = format!("{address}/session/{session}");
        Some(Self { client, session, _driver: driver, _profile: Arc::new(profile) })
    }

    /// Runs a test and closes the browser, whatever comes of it.
    pub async fn run(self, test: impl Future<Output = ()> + Send + 'static) {
        let result = tokio::spawn(test).await;
        self.client.close().await.unwrap();
        if let Err(error) = result {
            std::panic::resume_unwind(error.into_panic());
        }
    }

    pub async fn goto(&self, address: &str) {
        self.client.goto(address).await.unwrap();
    }

    async fn find(&self, css: &str) -> Element {
        let found = self.client.wait().at_most(PATIENCE).every(GLANCE);
        let found = found.for_element(Locator::Css(css)).await;
        found.unwrap_or_else(|error| panic!("{css} is not on the page: {error}"))
    }

    /// Waits until the element's text contains `text`.
    pub async fn has(&self, css: &str, text: &str) {
        let mut seen = String::new();
        let deadline = tokio::time::Instant::now() + PATIENCE;
        while tokio::time::Instant::now() < deadline {
            // It may be replaced between being found and being read: then look again.
            if let Ok(element) = self.client.find(Locator::Css(css)).await
                && let Ok(now) = element.text().await
            {
                if now.contains(text) {
                    return;
                }
                seen = now;
            }
            tokio::time::sleep(GLANCE).await;
        }
        panic!("{css} does not say {text:?} but {seen:?}");
    }

    /// What an element says now; empty if there is none.
    pub async fn says(&self, css: &str) -> String {
        match self.client.find(Locator::Css(css)).await {
            Ok(element) => element.text().await.unwrap_or_default(),
            Err(_) => String::new(),
        }
    }

    pub async fn count(&self, css: &str) -> usize {
        self.client.find_all(Locator::Css(css)).await.unwrap().len()
    }

    pub async fn click(&self, css: &str) {
        // It may be replaced between being found and being clicked: then once more.
        if self.find(css).await.click().await.is_err() {
            self.find(css).await.click().await.unwrap();
        }
    }

    /// Types; `\u{e007}` is Enter, `\u{e008}` holds Shift until `\u{e000}`.
    pub async fn types(&self, css: &str, keys: &str) {
        self.find(css).await.send_keys(keys).await.unwrap();
    }

    /// Chooses the option whose text starts with `label`.
    pub async fn choose(&self, css: &str, label: &str) {
        let option = format!("//*[@id='{}']//option[starts-with(., '{label}')]", &css[1..]);
        let option = self.client.wait().at_most(PATIENCE).for_element(Locator::XPath(&option));
        option.await.unwrap().click().await.unwrap();
    }

    /// The browser's console holds no error: no refused script, no failed request.
    pub async fn has_no_complaints(&self) {
        let log = self.raw("se/log", &json!({ "type": "browser" })).await;
        let lines = log["value"].as_array().expect("the browser's log");
        let complaints: Vec<_> = lines.iter().filter(|line| line["level"] == "SEVERE").collect();
        assert!(complaints.is_empty(), "{complaints:#?}");
    }

    /// Takes the look of a device.
    pub async fn looks(&self, Size(width, height): Size, dark: bool) {
        let metrics = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 700 });
        let scheme = if dark { "dark" } else { "light" };
        let media = json!({ "features": [{ "name": "prefers-color-scheme", "value": scheme }] });
        for (cmd, params) in
            [("Emulation.setDeviceMetricsOverride", metrics), ("Emulation.setEmulatedMedia", media)]
        {
            self.raw("goog/cdp/execute", &json!({ "cmd": cmd, "params": params })).await;
        }
    }

    /// Waits until a condition, as the page's own script would write it, is true.
    pub async fn until(&self, condition: &str) {
        let script = format!("return Boolean({condition})");
        let deadline = tokio::time::Instant::now() + PATIENCE;
        while tokio::time::Instant::now() < deadline {
            if self.client.execute(&script, vec![]).await.is_ok_and(|is| is == json!(true)) {
                return;
            }
            tokio::time::sleep(GLANCE).await;
        }
        panic!("it never becomes true that {condition}");
    }

    /// The page's own words that hold Chinese: of its controls, not of people or the bot.
    pub async fn chinese_words(&self) -> Vec<String> {
        let script = "return [...document.querySelectorAll('[data-word], [data-label], [data-hint]')]
            .flatMap((node) => [node.dataset.word && node.textContent, node.getAttribute('aria-label'), node.placeholder])
            .filter((text) => /\\p{Script=Han}/u.test(text ?? ''))";
        let words = self.client.execute(script, vec![]).await.unwrap();
        serde_json::from_value(words).unwrap()
    }

    /// Files that are downloaded go to this folder from now on.
    pub async fn downloads_to(&self, folder: &Path) {
        std::fs::create_dir_all(folder).unwrap();
        let params = json!({ "behavior": "allow", "downloadPath": folder });
        let body = json!({ "cmd": "Browser.setDownloadBehavior", "params": params });
        self.raw("goog/cdp/execute", &body).await;
    }

    /// Waits until a file is downloaded: the browser gives it its name once it is whole.
    pub async fn downloaded(&self, file: &Path) -> Vec<u8> {
        let deadline = tokio::time::Instant::now() + PATIENCE;
        loop {
            match std::fs::read(file) {
                Ok(bytes) if !bytes.is_empty() => return bytes,
                _ => assert!(tokio::time::Instant::now() < deadline, "no {}", file.display()),
            }
            tokio::time::sleep(GLANCE).await;
        }
    }

    /// Chooses a file in a file field.
    pub async fn hands_in(&self, css: &str, file: &Path) {
        let field = self.client.find(Locator::Css(css)).await.unwrap();
        field.send_keys(&file.display().to_string()).await.unwrap();
    }

    pub async fn picture(&self, file: &str) {
        tokio::time::sleep(Duration::from_millis(300)).await;
        std::fs::write(file, self.client.screenshot().await.unwrap()).unwrap();
    }

    async fn raw(&self, command: &str, body: &Value) -> Value {
        let url = format!("{}/{command}", self.session);
        let answer = reqwest::Client::new().post(url).json(body).send().await.unwrap();
        answer.json().await.unwrap()
    }
}

/// The first of these programs on the path. chromedriver wants Chromium's whole path.
fn installed(names: &[&str]) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    let places: Vec<_> = std::env::split_paths(&path).collect();
    let files = names.iter().flat_map(|name| places.iter().map(move |place| place.join(name)));
    files.into_iter().find(|file| file.is_file())
}

/// Starts chromedriver on a port of its own choice, which it prints.
fn start_driver(program: &Path) -> (Driver, u16) {
    let mut command = Command::new(program);
    command.arg("--port=0").stdout(Stdio::piped()).stderr(Stdio::null());
    let mut driver = Driver(command.spawn().unwrap());
    let lines = BufReader::new(driver.0.stdout.take().unwrap()).lines();
    let port = lines.map_while(Result::ok).find_map(|line| {
        let (_, port) = line.split_once("started successfully on port ")?;
        port.trim_end_matches('.').parse().ok()
    });
    (driver, port.expect("chromedriver says no port"))
}
