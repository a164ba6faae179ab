//! The chat page in a real browser: headless Chromium by chromedriver, a small bot behind it.
//!
//! Where either program is missing the tests say so and pass, unless `CI` is `true`. With
//! `REHEARSAL_PICTURES` set to a folder, pictures of the page are put there.

mod driver;
mod product;
mod scene;

use driver::{Browser, Size};
use product::Product;
use scene::Scene;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_liaison_talks_with_the_bot() {
    let Some(browser) = Browser::start().await else { return };
    let scene = Scene::open().await;
    browser.clone().run(talk(browser, scene)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_week_is_played_by_clicking() {
    let Some(browser) = Browser::start().await else { return };
    let play = |page| async move {
        let product = tokio::task::spawn_blocking(|| Product::start(&[])).await.unwrap();
        product::play(page, product).await;
    };
    browser.clone().run(play(browser)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_filled_rehearsal_is_alive_at_once() {
    let Some(browser) = Browser::start().await else { return };
    let filled = || Product::start(&["--filled", "--weeks", "2"]);
    let look = |page| async move {
        let product = tokio::task::spawn_blocking(filled).await.unwrap();
        product::look_around(page, product).await;
    };
    browser.clone().run(look(browser)).await;
}

async fn talk(page: Browser, scene: Scene) {
    page.goto(&scene.url()).await;
    page.has("#title", "兰溪市三年攻坚计划").await;
    page.choose("#persona", "兰江街道联络员 王芳").await;
    page.has("#chat-note", "您是 兰江街道联络员 王芳").await;

    page.click("#start").await;
    page.has(".message:last-of-type .text", "您好，王芳").await;
    page.has(".mine .text", "/start LJ01").await;

    page.types("#text", "<img src=x> 新增45家\u{e007}").await;
    page.has(".message:last-of-type .text", "您报的是：<img src=x> 新增45家").await;
    assert_eq!(page.count(".text img").await, 0, "foreign text became markup");
    assert_eq!(page.count(".message:last-of-type .text b").await, 1);

    page.click(".message:last-of-type .keys button").await;
    page.has("#toast", "已入库").await;
    page.has(".message:last-of-type .text", "已确认").await;
    assert_eq!(page.count(".message:last-of-type .keys").await, 0, "the old buttons stay");

    page.click("#show-menu").await;
    page.has("#menu li:first-child .name", "/report").await;
    page.click("#show-menu").await;

    page.choose("#persona", "领导小组组长 陈志明").await;
    page.click("#chats li:nth-child(2) button").await;
    page.has("#chat-title", "攻坚计划领导小组").await;
    page.types("#text", "本周情况如何？\u{e008}\u{e007}\u{e000}@liaison_rehearsal_bot\u{e007}")
        .await;
    page.has(".message:last-of-type .text", "您报的是：本周情况如何？\n@liaison_rehearsal_bot")
        .await;
    page.has("#waiting .name", "兰江街道联络员 王芳").await;

    page.has("#next-job", "6月21日 周五 09:00").await;
    page.click("[data-to=day]").await;
    page.has("#now-day", "2019年6月18日 周二").await;
    page.click("[data-to=next_job]").await;
    page.has("#events li:first-child", "催报").await;
    page.has("#now-time", "09:00").await;
    page.has("#waiting .badge", "3").await;

    page.has_no_complaints().await;
    if let Ok(folder) = std::env::var("REHEARSAL_PICTURES") {
        pictures(&page, &scene, &folder).await;
    }
    scene.close().await;
}

/// Pictures for people to look at.
async fn pictures(page: &Browser, scene: &Scene, folder: &str) {
    scene.a_busy_week().await;
    let (wang, group) = (scene.wang.0, scene.group.0);
    for (name, size) in [("desktop", Size(1280, 800)), ("phone", Size(390, 844))] {
        for dark in [false, true] {
            let light = if dark { "dark" } else { "light" };
            page.looks(size, dark).await;
            for (what, address, heading, says) in [
                ("list", String::new(), "#title", "兰溪市三年攻坚计划"),
                ("talk", format!("#user={wang}&chat={wang}"), "#chat-title", "联络小助手"),
                ("group", format!("#user={wang}&chat={group}"), "#chat-title", "领导小组"),
            ] {
                page.goto("about:blank").await;
                page.goto(&format!("{}/{address}", scene.url())).await;
                page.has(heading, says).await;
                page.picture(&format!("{folder}/{name}-{light}-{what}.png")).await;
            }
            if name == "phone" {
                page.click("#show-clock").await;
                page.picture(&format!("{folder}/{name}-{light}-clock.png")).await;
            }
        }
    }
}
