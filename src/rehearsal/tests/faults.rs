//! Faults on demand, and the log that shows what came through.

use std::time::{Duration, Instant};

use serde_json::json;
use teloxide_core::RequestError;
use teloxide_core::requests::Requester;

use super::Room;
use crate::rehearsal::{Fault, FaultRule, Faults};

#[tokio::test]
async fn a_call_is_refused_as_often_as_the_rule_says() {
    let room = Room::started().await;
    let faults = Faults::next(1, "sendmessage", Fault::TooManyRequests(7)).and_next(
        1,
        "sendMessage",
        Fault::ServerError,
    );
    room.world.set_faults(faults);
    assert!(room.bot.get_me().await.is_ok());
    let error = room.bot.send_message(room.chat(), "一").await.unwrap_err();
    let is_seven = matches!(error, RequestError::RetryAfter(wait) if wait.seconds() == 7);
    assert!(is_seven, "{error}");
    let body = json!({ "chat_id": room.wang, "text": "二" });
    assert_eq!(room.error("sendMessage", &body).await, "500 Internal Server Error");
    assert_eq!(room.post("sendMessage", &body).await.0, 200);

    let sent: Vec<_> =
        room.world.calls().into_iter().filter(|call| call.method == "sendMessage").collect();
    assert_eq!(
        sent.iter().map(super::super::ApiCall::is_ok).collect::<Vec<_>>(),
        [false, false, true]
    );
    assert_eq!(sent[0].answer["parameters"]["retry_after"], 7);
    assert_eq!(
        (sent[2].params["text"].as_str(), sent[2].chat()),
        (Some("二"), Some(room.wang.into()))
    );
    assert_eq!(room.world.count("sendMessage"), 3);
}

#[tokio::test]
async fn a_lost_connection_does_nothing_and_a_lost_answer_does_it() {
    let room = Room::started().await;
    let send = || async { room.bot.send_message(room.chat(), "一").await };
    let arrived = || room.world.messages(room.wang).len() - 1;
    for (fault, messages) in
        [(Fault::ConnectionLost, 0), (Fault::AnswerLost, 1), (Fault::Malformed, 2)]
    {
        room.world.set_faults(Faults::next(1, "sendMessage", fault));
        let error = send().await.unwrap_err();
        match fault {
            Fault::Malformed => assert!(matches!(error, RequestError::InvalidJson { .. })),
            _ => assert!(matches!(error, RequestError::Network(_)), "{error}"),
        }
        assert_eq!(arrived(), messages, "{fault:?}");
    }
    room.world.set_faults(Faults::outage());
    assert!(room.bot.get_me().await.is_err() && send().await.is_err());
    room.world.set_faults(Faults::default());
    send().await.unwrap();
}

#[tokio::test]
async fn one_chat_can_be_slow_while_others_are_not() {
    let room = Room::started().await;
    let pause = Duration::from_millis(300);
    let rule =
        FaultRule { method: None, chat: Some(room.wang.0), times: 1, fault: Fault::Slow(pause) };
    room.world.set_faults(Faults { rules: vec![rule], ..Faults::default() });
    let started = Instant::now();
    let slow = room.bot.send_message(room.chat(), "慢");
    let (slow, me) = tokio::join!(slow.into_future(), async {
        room.bot.get_me().await.map(|_| started.elapsed())
    });
    assert!(slow.is_ok() && me.unwrap() < pause && started.elapsed() >= pause);
}

#[tokio::test]
async fn another_sites_page_may_not_ask() {
    let room = Room::started().await;
    let url = format!("{}/bot{}/getMe", room.server.api_url(), room.server.token());
    for (name, value) in [("host", "evil.example"), ("origin", "https://evil.example")] {
        let answer = reqwest::Client::new().get(&url).header(name, value).send().await.unwrap();
        assert_eq!(answer.status().as_u16(), 403, "{name}");
    }
}
