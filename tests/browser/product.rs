//! The whole product, played by clicking: the program itself, started as anybody would start it.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use crate::driver::{Browser, Size};

/// The rehearsal as a process of its own, ended with the test.
pub struct Product {
    child: Child,
    pub url: String,
    _data: tempfile::TempDir,
}

impl Product {
    pub fn start() -> Self {
        let data = tempfile::tempdir().unwrap();
        let mut child = Command::new(env!("CARGO_BIN_EXE_liaison-bot"))
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .env_remove("TELOXIDE_TOKEN")
            .args(["rehearse", "--port", "0", "--data"])
            .arg(data.path())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let line = BufReader::new(child.stdout.take().unwrap()).lines().next().unwrap().unwrap();
        let url = line.split_whitespace().find(|word| word.starts_with("http://")).unwrap();
        Self { url: url.to_owned(), child, _data: data }
    }
}

impl Drop for Product {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A week: a liaison reports, undoes, is reminded; the leadership group gets its bulletin.
pub async fn play(page: Browser, product: Product) {
    let last = ".message:last-of-type .text";
    page.goto(&product.url).await;
    page.has("#title", "兰溪市").await;
    page.choose("#persona", "兰江街道 陈磊").await;
    page.has(last, "绑定成功：兰江街道联络员").await;

    page.types("#text", "小升规3，八大产业45\u{e007}").await;
    page.has(last, "6 小升规：3家 / 5家 60.0%").await;
    page.click(".message:last-of-type .keys button").await;
    page.has("#toast", "已撤回").await;
    page.has(last, "6 小升规：恢复为未报").await;
    // What is clear is stored; what is not is a question with its answers as buttons.
    page.types("#text", "小升规2家，企业120\u{e007}").await;
    page.has(last, "“企业120”是哪一项").await;
    picture(&page, &product, "conversation", Size(390, 844)).await;

    page.click(".message:last-of-type .keys button").await;
    page.has(last, "1 小微企业：120家 / 1647家 7.3%").await;
    page.click("[data-to=next_job]").await;
    page.has("#now-day", "2019年6月18日").await;
    page.has(last, "报送提醒").await;
    page.types("#text", "/my\u{e007}").await;
    page.has(last, "✅ 6 小升规：2家 / 5家 40.0%").await;
    picture(&page, &product, "week", Size(1280, 800)).await;

    for day in ["2019年6月20日", "2019年6月21日"] {
        page.click("[data-to=next_job]").await;
        page.has("#now-day", day).await;
    }
    page.click("[data-to=next_job]").await;
    page.has("#events li:first-child", "周通报").await;
    page.goto("about:blank").await;
    page.goto(&format!("{}/#user=2001&chat=-1001", product.url)).await;
    page.has("#chat-title", "领导小组").await;
    // The bulletin, its picture with a few lines, and the workbook to download.
    page.has(".message:nth-last-of-type(2) .text", "2019年第25期通报").await;
    page.has(".message:last-of-type", "第25期.xlsx").await;
    if let Ok(folder) = std::env::var("REHEARSAL_PICTURES") {
        page.picture(&format!("{folder}/bulletin.png")).await;
    }

    // An invitation is opened in the page, by whoever it is passed on to.
    page.goto("about:blank").await;
    page.goto(&format!("{}/#user=2001&chat=2001", product.url)).await;
    page.has("#chat-note", "您是 办公室").await;
    page.types("#text", "/invite 云山街道\u{e007}").await;
    page.has(last, "云山街道联络员的邀请链接").await;
    page.click(".message:last-of-type .text a[href*='start=']").await;
    page.has("#invited option:checked", "未绑定").await;
    page.click("#invitation button[value=open]").await;
    page.has("#chat-note", "您是 未绑定").await;
    page.has(last, "绑定成功：云山街道联络员").await;
    page.has_no_complaints().await;
    drop(product);
}

/// A picture of the liaison's chat for people to look at, where `REHEARSAL_PICTURES` names a folder.
async fn picture(page: &Browser, product: &Product, name: &str, size: Size) {
    let Ok(folder) = std::env::var("REHEARSAL_PICTURES") else { return };
    page.looks(size, false).await;
    page.goto("about:blank").await;
    page.goto(&format!("{}/#user=2005&chat=2005", product.url)).await;
    page.has("#chat-title", "联络小助手").await;
    page.picture(&format!("{folder}/{name}.png")).await;
    page.looks(Size(1280, 800), false).await;
    page.goto("about:blank").await;
    page.goto(&format!("{}/#user=2005&chat=2005", product.url)).await;
    page.has("#chat-title", "联络小助手").await;
}
