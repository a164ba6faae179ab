//! The whole product, played by clicking: the program itself, started as anybody would start it.

use std::io::{BufRead, BufReader, Cursor, Read, Write};
use std::process::{Child, Command, Stdio};

use crate::driver::{Browser, Size};

/// The last message's text.
const LAST: &str = ".message:last-of-type .text";

/// The rehearsal as a process of its own, ended with the test.
pub struct Product {
    child: Child,
    pub url: String,
    data: tempfile::TempDir,
}

impl Product {
    /// With more arguments for `rehearse`.
    pub fn start(more: &[&str]) -> Self {
        let data = tempfile::tempdir().unwrap();
        let mut child = Command::new(env!("CARGO_BIN_EXE_liaison-bot"))
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .env_remove("TELOXIDE_TOKEN")
            .args(["rehearse", "--port", "0", "--data"])
            .arg(data.path())
            .args(more)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let line = BufReader::new(child.stdout.take().unwrap()).lines().next().unwrap().unwrap();
        let url = line.split_whitespace().find(|word| word.starts_with("http://")).unwrap();
        Self { url: url.to_owned(), child, data }
    }

    async fn open(&self, page: &Browser, user: i64, chat: i64) {
        page.goto("about:blank").await;
        page.goto(&format!("{}/#user={user}&chat={chat}", self.url)).await;
    }
}

impl Drop for Product {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A week: a liaison reports, is asked, undoes, changes a message, sends the form filled in; a
/// department is reminded; the leadership group gets its bulletin; an invitation is passed on.
pub async fn play(page: Browser, product: Product) {
    page.goto(&product.url).await;
    page.has("#title", "兰溪市").await;
    page.has("#warning", "演练数据").await;
    monday(&page, &product).await;
    form(&page, &product).await;
    reminders(&page).await;
    bulletin(&page, &product).await;
    invitation(&page, &product).await;
    page.has_no_complaints().await;
}

async fn monday(page: &Browser, product: &Product) {
    page.choose("#persona", "兰江街道 陈磊").await;
    page.has(LAST, "绑定成功：兰江街道联络员").await;
    page.types("#text", "小升规3，八大产业45\u{e007}").await;
    page.has(LAST, "6 小升规：3家 / 5家 60.0%").await;
    page.click(".message:last-of-type .keys button").await;
    page.has("#toast", "已撤回").await;
    page.has(LAST, "6 小升规：恢复为未报").await;
    // What is clear is stored; what is not is a question with its answers as buttons.
    page.types("#text", "小升规2家，企业120\u{e007}").await;
    page.has(LAST, "“企业120”是哪一项").await;
    picture(page, product, ("conversation", 2005), Size(390, 844)).await;
    page.click(".message:last-of-type .keys button").await;
    page.has(LAST, "1 小微企业：120家 / 1647家 7.3%").await;
    // Arrow up in an empty field changes the message; it is marked, and its report follows.
    page.types("#text", "\u{e013}").await;
    page.has("#context p", "修改 · 小升规2家").await;
    page.types("#text", "\u{e009}a\u{e000}小升规4家，企业120\u{e007}").await;
    page.has(".message.mine:has(.edited) .text", "小升规4家").await;
    page.has("#messages", "6 小升规：4家 / 5家 80.0%").await;
}

/// The form is asked for in the menu, downloaded, filled in and handed in.
async fn form(page: &Browser, product: &Product) {
    page.types("#text", "/te").await;
    page.has("#menu li:not([hidden]) .name", "/template").await;
    page.types("#text", "\u{e015}\u{e007}").await;
    page.has(".message:last-of-type .document", "报送表-兰江街道-2019年第25周.xlsx").await;
    page.types("#text", "\u{e003}\u{e003}\u{e003}").await;
    let downloads = product.data.path().join("downloads");
    page.downloads_to(&downloads).await;
    page.click(".message:last-of-type .document").await;
    let form = page.downloaded(&downloads.join("报送表-兰江街道-2019年第25周.xlsx")).await;
    let filled = product.data.path().join("报送表（已填）.xlsx");
    std::fs::write(&filled, with_total(&form, "F5", 160)).unwrap();
    page.hands_in("#file", &filled).await;
    page.has("#messages", "报送表（已填）.xlsx").await;
    page.has(LAST, "1 小微企业：160家 / 1647家 9.7%").await;
    page.has("#messages", "确认，存入1项").await;
    page.click(".message:last-of-type .keys button").await;
    page.has(LAST, "已收到 兰江街道").await;
}

/// A form with a number in one of its cells, as a spreadsheet program would save it.
fn with_total(form: &[u8], cell: &str, total: u32) -> Vec<u8> {
    let mut from = zip::ZipArchive::new(Cursor::new(form)).unwrap();
    let mut to = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for at in 0..from.len() {
        let mut part = from.by_index(at).unwrap();
        let name = part.name().unwrap().into_owned();
        let mut bytes = Vec::new();
        part.read_to_end(&mut bytes).unwrap();
        if name == "xl/worksheets/sheet1.xml" {
            let xml = String::from_utf8(bytes).unwrap();
            let (before, rest) = xml.split_once(&format!("<c r=\"{cell}\"")).unwrap();
            let (attributes, _) = rest.split_once('>').unwrap();
            // A cell is empty, or holds the last total.
            let end = if attributes.ends_with('/') { "/>" } else { "</c>" };
            let attributes = attributes.trim_end_matches('/');
            let (_, after) = rest.split_once(end).unwrap();
            let cell = format!("<c r=\"{cell}\"{attributes}><v>{total}</v></c>");
            bytes = [before, &cell, after].concat().into_bytes();
        }
        to.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        to.write_all(&bytes).unwrap();
    }
    to.finish().unwrap().into_inner()
}

/// Goes from one job to the next until one of this title has fired.
async fn until_job(page: &Browser, title: &str) {
    for _ in 0..8 {
        let before = page.says("#events").await;
        page.click("[data-to=next_job]").await;
        page.until(&format!("document.querySelector('#events').innerText !== {before:?}")).await;
        // On the way are jobs that say nothing: the clock rests at one that did, and the list tells it.
        page.until("!document.querySelector('#moves').inert").await;
        page.until(
            "(by => `${by('#now-day')} ${by('#now-time')}`.endsWith(by('#events li:first-child time')))\
             (what => document.querySelector(what).innerText)",
        )
        .await;
        if page.says("#events").await.contains(title) {
            return;
        }
    }
    panic!("{title} does not fire");
}

async fn reminders(page: &Browser) {
    until_job(page, "催报（截止前").await;
    page.has(LAST, "报送提醒").await;
    // What fired says for whom and why, once it is opened.
    page.has("#events li:first-child summary", "24个单位已催报").await;
    page.click("#events li:first-child summary").await;
    page.has("#events li:first-child details", "兰江街道：缺11项，已催1人").await;
    page.has("#waiting", "云山街道").await;
    page.types("#text", "/my\u{e007}").await;
    page.has(LAST, "✅ 6 小升规：4家 / 5家 80.0%").await;

    // Somebody else is reminded, and reports one by one with buttons.
    page.click("#waiting li:last-child button").await;
    page.has(LAST, "报送提醒").await;
    page.types("#text", "/report\u{e007}").await;
    page.has(LAST, "逐项报送").await;
    page.click(".message:last-of-type .keys button").await;
    page.has(LAST, "1项数据已报齐").await;
    page.click("[data-to=deadline]").await;
    page.has("#now-day", "2019年6月20日").await;
    page.has("#now-time", "17:00").await;
    until_job(page, "逾期催报").await;
}

async fn bulletin(page: &Browser, product: &Product) {
    until_job(page, "周通报").await;
    product.open(page, 2001, -1001).await;
    page.has("#chat-title", "领导小组").await;
    // The bulletin, its picture with a few lines, and the workbook to download; all marked.
    page.has(".message:nth-last-of-type(2) .text", "2019年第25期通报").await;
    page.has("#messages", "小微企业三年成长计划（演练数据）工作通报").await;
    page.has(".message:last-of-type", "第25期.xlsx").await;
    page.until("document.querySelector('.photo img')?.naturalWidth > 600").await;
    if let Ok(folder) = std::env::var("REHEARSAL_PICTURES") {
        page.picture(&format!("{folder}/bulletin.png")).await;
    }
}

/// An invitation is opened in the page, by whoever it is passed on to.
async fn invitation(page: &Browser, product: &Product) {
    product.open(page, 2001, 2001).await;
    page.has("#chat-note", "您是 办公室").await;
    page.types("#text", "/invite 云山街道\u{e007}").await;
    page.has(LAST, "云山街道联络员的邀请链接").await;
    page.click(".message:last-of-type .text a[href*='start=']").await;
    page.has("#invited option:checked", "未绑定").await;
    page.click("#invitation button[value=open]").await;
    page.has("#chat-note", "您是 未绑定").await;
    page.has(LAST, "绑定成功：云山街道联络员").await;
}

/// A filled rehearsal on a phone, in the dark, in English, and by keys alone.
pub async fn look_around(page: Browser, product: Product) {
    page.looks(Size(390, 844), true).await;
    page.goto(&product.url).await;
    page.has("#title", "（演练数据）").await;
    page.until("getComputedStyle(document.body).backgroundColor === 'rgb(15, 19, 23)'").await;
    page.until("document.documentElement.scrollWidth <= innerWidth").await;
    page.has("#chats li:nth-child(3) .name", "领导小组").await;
    page.click("#chats li:nth-child(3) button").await;
    page.has("#messages", "工作通报").await;
    page.until("document.documentElement.scrollWidth <= innerWidth").await;
    page.click("#back").await;

    // The colours can be chosen, and stay chosen.
    page.click("#theme").await;
    page.until("getComputedStyle(document.body).backgroundColor === 'rgb(233, 237, 241)'").await;
    page.click("#language").await;
    page.has("#warning", "people and figures are made up").await;
    page.goto(&format!("{}/#user=2001&chat=2001", product.url)).await;
    page.goto("about:blank").await;
    page.looks(Size(1280, 800), false).await;
    product.open(&page, 2001, 2001).await;
    page.has("#send", "Send").await;
    page.has("#now-day", "June 2019").await;
    page.has("#events", "units reminded").await;
    assert_eq!(page.chinese_words().await, Vec::<String>::new(), "all words are English");

    // Rankings, trends and who is missing are alive at once.
    page.types("#text", "/rank\u{e007}").await;
    page.has(LAST, "1. ").await;
    page.types("#text", "/missing\u{e007}").await;
    page.has(LAST, "第25周").await;
    page.types("#text", "/trend 兰江街道\u{e007}").await;
    page.until("document.querySelector('.message:last-of-type .photo img')?.naturalWidth > 600")
        .await;

    // Alt+↓ is the next chat, Alt+Shift+↓ the next person, Alt+D moves to the deadline.
    page.types("#text", "\u{e00a}\u{e015}\u{e000}").await;
    page.has("#chat-title", "联络员工作群").await;
    page.types("#text", "\u{e00a}\u{e008}\u{e015}\u{e000}").await;
    page.has("#chat-note", "Leader").await;
    page.types("#text", "\u{e00a}d\u{e000}").await;
    page.has("#now-time", "17:00").await;
    page.click("#show-keys").await;
    page.has("#shortcuts", "Alt+N D A").await;
    page.click("#shortcuts button").await;
    page.click("#language").await;
    page.has("#send", "发送").await;
    page.has_no_complaints().await;
    picture(&page, &product, ("week", 2001), Size(1280, 800)).await;
}

/// A picture of somebody's chat for people to look at, where `REHEARSAL_PICTURES` names a folder.
async fn picture(page: &Browser, product: &Product, (name, user): (&str, i64), size: Size) {
    let Ok(folder) = std::env::var("REHEARSAL_PICTURES") else { return };
    page.looks(size, false).await;
    product.open(page, user, user).await;
    page.has("#chat-title", "联络小助手").await;
    page.picture(&format!("{folder}/{name}.png")).await;
    page.looks(Size(1280, 800), false).await;
    product.open(page, user, user).await;
    page.has("#chat-title", "联络小助手").await;
}
