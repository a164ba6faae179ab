//! What a button's press carries: anybody can send anything.

use liaison_bot::conversation::{
    ChatId, Event, Incoming, MessageId, Person, Place, Pressed, UserId, What,
};
use liaison_bot::texts::LONGEST_MESSAGE;

use super::county::{COUNTY, GROUP, LEADER, LIAISON, OFFICE, OTHER, STRANGER, moment};

const PEOPLE: [UserId; 5] = [LIAISON, OTHER, OFFICE, LEADER, STRANGER];

/// The first byte picks who presses and where; the others are what the button carries.
pub fn entry(bytes: &[u8]) {
    let Some((first, data)) = bytes.split_first() else { return };
    let user = PEOPLE[usize::from(*first) % PEOPLE.len()];
    let chat = [LIAISON.into(), user.into(), GROUP][usize::from(*first) / 8 % 3];
    let data = String::from_utf8_lossy(data).into_owned();
    let group = (chat == GROUP).then(|| "工作群".to_owned());
    let pressed = Pressed {
        person: Person { user, name: "王芳".to_owned() },
        place: Place { chat, group },
        message: MessageId(7),
        callback: "9".to_owned(),
        data: data.clone(),
    };
    let incoming = Incoming { update: 1000, event: Event::Pressed(pressed) };
    let effects = COUNTY.desk.decide(&COUNTY.snapshot, &incoming, &moment());
    assert_eq!(effects, COUNTY.desk.decide(&COUNTY.snapshot, &incoming, &moment()), "{data:?}");
    let answers = effects.outbox.iter().filter(|row| matches!(row.what, What::Answer { .. }));
    assert_eq!(answers.count(), 1, "one answer a press: {data:?}");
    for row in &effects.outbox {
        assert!([ChatId::from(user), chat].contains(&row.chat) || user == OFFICE, "{data:?}");
        if let What::Edit { html, buttons, .. } | What::Send { html, buttons, .. } = &row.what {
            assert!(html.encode_utf16().count() <= LONGEST_MESSAGE, "{data:?}");
            assert!(buttons.iter().flatten().all(|button| button.data.len() <= 64), "{data:?}");
        }
    }
    let figures = effects.reports.len() + effects.submissions.len() + effects.guides.len();
    let office = effects.accounts.len() + effects.groups.len() + effects.invites.len();
    // All that waits for an answer is the first liaison's; the office may withdraw, and unbind.
    assert!(user == LIAISON || user == OFFICE || figures + effects.pending.len() == 0, "{data:?}");
    assert!(user == OFFICE || office == 0, "{data:?}");
}

/// Every button that the bot has shown, pressed by everybody.
pub fn seeds() -> Vec<Vec<u8>> {
    let buttons = COUNTY.buttons();
    let by = |who: u8| move |data: &String| [&[who][..], data.as_bytes()].concat();
    (0..5).flat_map(|who| buttons.iter().map(by(who)).collect::<Vec<_>>()).collect()
}
