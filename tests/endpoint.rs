//! Where utterances begin and end, with spoken words and real noise.

use crate::support::sound::{brown, espeak, hum, mixed, recorded_noise, silence, white};
use sayso::audio::{
    HEARD_RATE,
    endpoint::{EndpointSettings, Endpointer, Event},
};

/// An event and the time at which it came, in milliseconds of sound.
type Timed = (Event, usize);

/// Feeds a stream in pieces of 10 ms.
fn events(settings: EndpointSettings, stream: &[f32]) -> Vec<Timed> {
    let (mut endpointer, mut found) = (Endpointer::new(settings), Vec::new());
    for (n, piece) in stream.chunks(160).enumerate() {
        endpointer.push(piece, |event| found.push((event, n * 10)));
    }
    found
}

fn found(stream: &[f32]) -> Vec<Timed> {
    events(EndpointSettings::default(), stream)
}

fn names(events: &[Timed]) -> Vec<&'static str> {
    let name = |event: &Timed| match event.0 {
        Event::Started => "started",
        Event::Ended(_) => "ended",
        Event::Bounded(_) => "bounded",
        Event::TimedOut => "timed out",
    };
    events.iter().map(name).collect()
}

fn utterances(events: &[Timed]) -> Vec<&[f32]> {
    let sounds = events.iter().map(|(event, _)| match event {
        Event::Ended(sound) | Event::Bounded(sound) => sound.as_slice(),
        Event::Started | Event::TimedOut => &[],
    });
    sounds.filter(|sound| !sound.is_empty()).collect()
}

fn seconds(sound: &[f32]) -> f32 {
    sound.len() as f32 / HEARD_RATE as f32
}

/// A quiet room of so many seconds: no room is digitally silent.
fn room(seconds: f32) -> Vec<f32> {
    white(seconds, 0.001)
}

/// Pieces of sound one after the other.
fn stream(pieces: &[&[f32]]) -> Vec<f32> {
    pieces.concat()
}

/// What eSpeak NG says, without its silence at the end, as loud as a person nearby.
fn say(words: &str) -> Option<Vec<f32>> {
    let mut sound = espeak(words, &["-v", "en-us", "-s", "170"])?;
    let end = sound.iter().rposition(|sample| sample.abs() > 0.01).unwrap_or(0);
    sound.truncate(end);
    Some(mixed(&sound, &room(1.0)))
}

#[test]
fn short_words_end_promptly() {
    for word in ["yes", "stop", "no", "okay", "help"] {
        let Some(spoken) = say(word) else { return };
        let events = found(&stream(&[&room(1.0), &spoken, &room(2.0)]));
        assert_eq!(names(&events), ["started", "ended"], "{word}");
        let end = 1_000 + (seconds(&spoken) * 1_000.0) as usize;
        assert!(events[1].1 <= end + 750, "{word} ended at {end} ms and was found at {} ms", events[1].1);
    }
}

#[test]
fn an_utterance_holds_the_word_with_some_sound_before_and_after_it() {
    let Some(spoken) = say("stop") else { return };
    let events = found(&stream(&[&room(2.0), &spoken, &room(2.0)]));
    let length = seconds(utterances(&events)[0]);
    assert!((seconds(&spoken) + 0.2..seconds(&spoken) + 1.0).contains(&length), "{length} s");
}

#[test]
fn a_pause_inside_a_number_is_kept() {
    let (Some(one), Some(two)) = (say("four two"), say("one seven")) else { return };
    for pause in [0.2, 0.4, 0.5] {
        let events = found(&stream(&[&room(1.0), &one, &room(pause), &two, &room(2.0)]));
        assert_eq!(names(&events), ["started", "ended"], "a pause of {pause} s");
        let whole = seconds(&one) + pause + seconds(&two);
        assert!(seconds(utterances(&events)[0]) > whole, "a pause of {pause} s");
    }
}

#[test]
fn two_utterances_with_a_long_pause_are_two() {
    let (Some(one), Some(two)) = (say("reorder paper towels"), say("yes")) else { return };
    let events = found(&stream(&[&room(1.0), &one, &room(1.5), &two, &room(1.5)]));
    assert_eq!(names(&events), ["started", "ended", "started", "ended"]);
}

#[test]
fn the_pieces_in_which_sound_comes_make_no_difference() {
    let Some(spoken) = say("cancel my order") else { return };
    let sound = stream(&[&room(1.0), &spoken, &room(2.0)]);
    let collect = |piece: usize| {
        let (mut endpointer, mut all) = (Endpointer::new(EndpointSettings::default()), Vec::new());
        sound.chunks(piece).for_each(|piece| endpointer.push(piece, |event| all.push(event)));
        all
    };
    let whole = collect(sound.len());
    assert_eq!(whole.len(), 2);
    for piece in [1, 33, 160, 256, 4_096] {
        assert!(collect(piece) == whole, "pieces of {piece}");
    }
}

#[test]
fn nobody_speaking_times_out_once_and_again_after_a_reset() {
    let settings = EndpointSettings { no_speech: Some(3_000), ..EndpointSettings::default() };
    let mut endpointer = Endpointer::new(settings);
    for _ in 0..2 {
        let mut all = Vec::new();
        endpointer.push(&room(10.0), |event| all.push(event));
        assert_eq!(all, [Event::TimedOut]);
        endpointer.reset();
    }
}

#[test]
fn who_speaks_after_the_time_is_still_heard() {
    let Some(spoken) = say("reorder coffee") else { return };
    let settings = EndpointSettings { no_speech: Some(1_000), ..EndpointSettings::default() };
    let events = events(settings, &stream(&[&room(3.0), &spoken, &room(2.0)]));
    assert_eq!(&names(&events)[..3], ["timed out", "started", "ended"]);
}

#[test]
fn waiting_for_ever_is_possible() {
    let settings = EndpointSettings { no_speech: None, ..EndpointSettings::default() };
    assert_eq!(events(settings, &room(30.0)), []);
}

#[test]
fn even_noise_begins_nothing_that_lasts() {
    let noises = [
        ("silence", silence(10.0)),
        ("white noise", white(10.0, 0.2)),
        ("loud white noise", white(10.0, 0.9)),
        ("a rumble", brown(10.0, 0.5)),
        ("hum", hum(10.0, 50.0, 0.3)),
        ("a kettle", hum(10.0, 220.0, 0.3)),
    ];
    for (name, noise) in noises {
        let events = found(&stream(&[&room(2.0), &noise]));
        let heard: f32 = utterances(&events).into_iter().map(seconds).sum();
        assert!(heard < 2.5, "{name}: {:?}, {heard} s", names(&events));
        assert!(!names(&events).contains(&"bounded"), "{name}");
    }
}

#[test]
fn recorded_noise_never_keeps_an_utterance_open_beyond_its_bound() {
    for (name, noise) in recorded_noise() {
        let events = found(&stream(&[&room(1.0), &noise, &room(2.0)]));
        let longest = utterances(&events).into_iter().map(seconds).fold(0.0, f32::max);
        assert!(longest <= 9.5, "{name}: {longest} s");
        assert_ne!(names(&events).last(), Some(&"started"), "{name} is closed once it is quiet");
    }
}

#[test]
fn speech_in_noise_is_found_and_ends() {
    let Some(spoken) = say("reorder two packs of paper towels") else { return };
    let quiet = stream(&[&room(3.0), &spoken, &room(3.0)]);
    let mut noises = vec![
        ("white".to_owned(), white(5.0, 0.03)),
        ("rumble".to_owned(), brown(5.0, 0.1)),
        ("hum".to_owned(), hum(5.0, 100.0, 0.05)),
    ];
    noises.extend(recorded_noise().into_iter().map(|(name, noise)| {
        let loudest = noise.iter().fold(0.0_f32, |most, sample| most.max(sample.abs()));
        (name, noise.iter().map(|sample| sample / loudest * 0.05).collect())
    }));
    for (name, noise) in noises {
        let events = found(&mixed(&quiet, &noise));
        let longest = utterances(&events).into_iter().map(seconds).fold(0.0, f32::max);
        assert!(longest > seconds(&spoken) * 0.8, "{name}: {:?}, {longest} s", names(&events));
        assert!(longest < seconds(&spoken) + 2.5, "{name}: {:?}, {longest} s", names(&events));
    }
}

#[test]
fn a_television_that_goes_on_talking_does_not_keep_the_utterance_open() {
    let story =
        "and then they went down to the river, and nobody had seen them since, which was strange, because";
    let (Some(spoken), Some(television)) = (say("reorder paper towels"), say(story)) else { return };
    let far: Vec<f32> = television.iter().cycle().take(20 * HEARD_RATE as usize).map(|s| s * 0.06).collect();
    let near = stream(&[&room(5.0), &spoken, &room(14.0)]);
    let events = found(&mixed(&near, &far));
    let nearest = utterances(&events).into_iter().max_by(|a, b| loudest(a).total_cmp(&loudest(b))).unwrap();
    assert!(seconds(nearest) <= 9.5);
    assert!(loudest(nearest) > 0.3, "the shopper is in it");
    let ended = events.iter().filter(|event| matches!(event.0, Event::Ended(_))).count();
    assert!(ended >= 1, "{:?}", names(&events));
}

#[test]
fn a_talk_without_end_is_bounded() {
    let story =
        "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen";
    let Some(spoken) = say(story) else { return };
    let endless: Vec<f32> = spoken.iter().copied().cycle().take(25 * HEARD_RATE as usize).collect();
    let events = found(&stream(&[&room(1.0), &endless]));
    assert_eq!(&names(&events)[..2], ["started", "bounded"]);
    assert_eq!(utterances(&events)[0].len(), 9_500 * 16);
    let short = EndpointSettings { longest: 3_000, ..EndpointSettings::default() };
    let events = self::events(short, &stream(&[&room(1.0), &endless]));
    assert!(utterances(&events).into_iter().all(|sound| sound.len() <= 3_000 * 16));
}

fn loudest(sound: &[f32]) -> f32 {
    sound.iter().fold(0.0, |most, sample| sample.abs().max(most))
}
