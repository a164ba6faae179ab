//! Sending, editing, files, commands, and the errors that Telegram gives.

use serde_json::json;
use teloxide_core::net::Download;
use teloxide_core::payloads::{
    AnswerCallbackQuerySetters, EditMessageTextSetters, SendDocumentSetters, SendMessageSetters,
    SendPhotoSetters, SetMyCommandsSetters,
};
use teloxide_core::requests::Requester;
use teloxide_core::types::{
    BotCommand, BotCommandScope, CallbackQueryId, ChatId, FileId, InlineKeyboardButton,
    InlineKeyboardMarkup, InputFile, ParseMode, Recipient, ReplyParameters,
};
use teloxide_core::{ApiError, RequestError};

use super::Room;
use crate::rehearsal::{ButtonAction, FileKind};

/// The smallest part of a PNG that says its size: 1600 × 900.
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\x06\x40\0\0\x03\x84\x08\x02\0\0\0";

fn keyboard() -> InlineKeyboardMarkup {
    InlineKeyboardMarkup::new([[
        InlineKeyboardButton::callback("确认", "ok:1"),
        InlineKeyboardButton::url("通报", "https://example.org/b".parse().unwrap()),
    ]])
}

#[tokio::test]
async fn a_message_is_sent_edited_pressed_and_answered() {
    let room = Room::started().await;
    assert_eq!(room.bot.get_me().await.unwrap().username(), "liaison_bot");

    let sent = room
        .bot
        .send_message(room.chat(), "<b>收到</b> &lt;45")
        .parse_mode(ParseMode::Html)
        .reply_markup(keyboard())
        .reply_parameters(ReplyParameters::new(teloxide_core::types::MessageId(1)))
        .await
        .unwrap();
    assert_eq!(sent.text(), Some("收到 <45"));
    assert_eq!(sent.reply_to_message().unwrap().text(), Some("/start"));

    let seen = room.world.messages(room.wang).pop().unwrap();
    assert_eq!((seen.html.as_str(), seen.text.as_str()), ("<b>收到</b> &lt;45", "收到 <45"));
    assert_eq!(seen.button("确认").unwrap().data(), Some("ok:1"));
    let url = ButtonAction::Url("https://example.org/b".to_owned());
    assert_eq!(seen.button("通报").unwrap().action, url);
    assert_eq!(seen.date, room.world.now());

    let pressed = room.world.presses(room.wang, room.wang, seen.id, "ok:1").unwrap();
    let query = CallbackQueryId(pressed.query.to_string());
    room.bot.answer_callback_query(query.clone()).text("好的").await.unwrap();
    let answer = room.world.callback_answers(room.wang).pop().unwrap();
    assert_eq!((answer.answered, answer.text.as_str()), (true, "好的"));
    let again = room.bot.answer_callback_query(query).await.unwrap_err();
    assert!(again.to_string().contains("query is too old"), "{again}");

    let edit = || room.bot.edit_message_text(room.chat(), sent.id, "已确认");
    assert_eq!(edit().await.unwrap().text(), Some("已确认"));
    let seen = room.world.message(room.wang, seen.id).unwrap();
    assert!(seen.edited && seen.buttons.is_empty());
    assert_eq!(seen.earlier, ["<b>收到</b> &lt;45"]);
    let same = edit().await.unwrap_err();
    assert!(matches!(same, RequestError::Api(ApiError::MessageNotModified)), "{same}");

    edit().reply_markup(keyboard()).await.unwrap();
    room.bot.edit_message_reply_markup(room.chat(), sent.id).await.unwrap();
    room.bot.delete_message(room.chat(), sent.id).await.unwrap();
    assert_eq!(room.world.message(room.wang, seen.id), None);
}

#[tokio::test]
async fn what_telegram_refuses_is_refused_in_its_words() {
    let room = Room::started().await;
    let to = |text: &str| json!({ "chat_id": room.wang, "text": text, "parse_mode": "HTML" });
    let long = "字".repeat(4097);
    for (body, error) in [
        (
            to("<x>"),
            "400 Bad Request: can't parse entities: Unsupported start tag \"x\" at byte offset 0",
        ),
        (to("<b> </b>"), "400 Bad Request: message text is empty"),
        (to(&long), "400 Bad Request: message is too long"),
        (json!({ "text": "x" }), "400 Bad Request: chat_id is empty"),
        (json!({ "chat_id": 1, "text": "x" }), "400 Bad Request: chat not found"),
        (
            json!({ "chat_id": room.wang, "text": "x", "reply_parameters": { "message_id": 9 } }),
            "400 Bad Request: message to be replied not found",
        ),
        (
            json!({ "chat_id": room.wang, "text": "x", "reply_markup":
                { "inline_keyboard": [[{ "text": "x", "callback_data": "x".repeat(65) }]] } }),
            "400 Bad Request: BUTTON_DATA_INVALID",
        ),
    ] {
        assert_eq!(room.error("sendMessage", &body).await, error);
    }
    assert_eq!(room.error("sendSomething", &json!({})).await, "404 Not Found");
    let exact = to(&format!("<b>{}</b>", "字".repeat(4096)));
    assert_eq!(room.post("SENDMESSAGE", &exact).await.0, 200);

    let url = format!("{}/bot5000000001:wrong/getMe", room.server.api_url());
    let wrong = reqwest::get(url).await.unwrap();
    assert_eq!(wrong.status().as_u16(), 401);
}

#[tokio::test]
async fn who_never_started_or_blocked_the_bot_cannot_be_written_to() {
    let room = Room::open().await;
    let send = || async { room.bot.send_message(room.chat(), "您好").await };
    let error = send().await.unwrap_err();
    assert!(error.to_string().contains("bot can't initiate conversation with a user"), "{error}");
    room.world.starts(room.wang, None).unwrap();
    send().await.unwrap();
    room.world.blocks(room.wang).unwrap();
    let error = send().await.unwrap_err();
    assert!(matches!(error, RequestError::Api(ApiError::BotBlocked)), "{error}");
    room.world.unblocks(room.wang).unwrap();
    send().await.unwrap();
}

#[tokio::test]
async fn parameters_may_come_by_query_and_form() {
    let room = Room::started().await;
    let url = format!("{}/bot{}/sendmessage", room.server.api_url(), room.server.token());
    let client = reqwest::Client::new();
    let id = room.wang.0;
    let by_query = client.get(format!("{url}?chat_id={id}&text=a%20b")).send().await.unwrap();
    assert_eq!(by_query.status(), 200);
    let form = format!("chat_id={id}&text=c+d&reply_parameters=%7B%22message_id%22%3A2%7D");
    let kind = "application/x-www-form-urlencoded";
    let by_form = client.post(&url).header("content-type", kind).body(form).send().await.unwrap();
    assert_eq!(by_form.status(), 200);
    let texts: Vec<_> = room.world.messages(room.wang).into_iter().map(|view| view.text).collect();
    assert_eq!(texts, ["/start", "a b", "c d"]);
}

#[tokio::test]
async fn photos_and_documents_go_both_ways() {
    let room = Room::started().await;
    let photo = InputFile::memory(PNG).file_name("heat.png");
    let sent = room.bot.send_photo(room.chat(), photo).caption("热力图").await.unwrap();
    assert_eq!((sent.photo().unwrap()[0].width, sent.photo().unwrap()[0].height), (1600, 900));
    let book = InputFile::memory("figures").file_name("第3期.xlsx");
    let sent = room.bot.send_document(room.chat(), book).caption("附表").await.unwrap();
    assert_eq!(sent.document().unwrap().file_name.as_deref(), Some("第3期.xlsx"));

    let views = room.world.messages(room.wang);
    let files: Vec<_> = views.iter().filter_map(|view| view.file.as_ref()).collect();
    assert_eq!((files[0].kind, files[0].name.as_str()), (FileKind::Photo, "heat.png"));
    assert_eq!((files[1].kind, files[1].size), (FileKind::Document, 7));
    let again = FileId(files[0].id.clone());
    room.bot.send_photo(room.chat(), InputFile::file_id(again)).await.unwrap();
    let broken = room.bot.send_photo(room.chat(), InputFile::memory("no picture")).await;
    let broken = broken.unwrap_err();
    assert!(matches!(broken, RequestError::Api(ApiError::ImageProcessFailed)), "{broken}");

    let said =
        room.world.sends_document(room.wang, room.wang, "总结.txt", "上半年", "材料").unwrap();
    let handed_in = room.world.message(room.wang, said.message).unwrap().file.unwrap();
    let file = room.bot.get_file(FileId(handed_in.id)).await.unwrap();
    let mut bytes = Vec::new();
    room.bot.download_file(&file.path, &mut bytes).await.unwrap();
    assert_eq!(bytes, "上半年".as_bytes());
}

#[tokio::test]
async fn commands_are_shown_by_scope() {
    let room = Room::started().await;
    let group = room.world.add_group("领导小组", &[room.wang], &[room.wang]);
    let command = |name: &str| [BotCommand::new(name, "说明")];
    let chat = |id| BotCommandScope::Chat { chat_id: Recipient::Id(ChatId(id)) };
    room.bot.set_my_commands(command("help")).await.unwrap();
    room.bot.set_my_commands(command("office")).scope(chat(room.wang.0)).await.unwrap();
    let admins = BotCommandScope::AllChatAdministrators;
    room.bot.set_my_commands(command("rank")).scope(admins).await.unwrap();

    assert_eq!(room.bot.get_my_commands().await.unwrap()[0].command, "help");
    let menu = |user, chat| room.world.menu(user, chat)[0].0.clone();
    assert_eq!(menu(room.wang, room.wang.into()), "office");
    assert_eq!(menu(room.wang, group), "rank");
    room.bot.delete_my_commands().await.unwrap();
    let wrong = room.bot.set_my_commands(command("大")).await.unwrap_err();
    assert!(wrong.to_string().contains("BOT_COMMAND_INVALID"), "{wrong}");
}
