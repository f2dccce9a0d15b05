//! Hearing with the real model: what is spoken is heard, what is not spoken is not.

use sayso::speech::{Heard, SpeechError};

use crate::support::{
    bundled,
    sound::{brown, clicks, espeak, hum, mixed, recorded_noise, silence, white},
};

fn hear_in_pieces(samples: &[f32], piece: usize) -> Heard {
    let mut hearing = bundled::recognizer().recognizer.open().unwrap();
    for piece in samples.chunks(piece) {
        hearing.push(piece).unwrap();
    }
    hearing.finish().unwrap()
}

fn hear(samples: &[f32]) -> Heard {
    hear_in_pieces(samples, 1_600)
}

fn text(heard: &Heard) -> &str {
    match heard {
        Heard::Words { text, .. } => text,
        Heard::Nothing => "(nothing)",
        Heard::Unclear => "(unclear)",
    }
}

/// Whether there are words in it.
fn is_text(heard: &Heard) -> bool {
    matches!(heard, Heard::Words { .. })
}

fn spoken(sentence: &str) -> Option<Vec<f32>> {
    espeak(sentence, &["-v", "en-us", "-s", "160"])
}

#[test]
fn the_bundled_model_is_used_where_there_is_no_other_and_says_what_it_cannot() {
    let info = &bundled::recognizer().info;
    assert!(info.bundled && info.name == "shop-en" && info.languages == ["en"], "{info:?}");
    assert_eq!(bundled::recognizer().recognizer.model(), "shop-en");
    assert!(info.note.as_ref().unwrap().contains("sayso models pull base.en"));
}

#[test]
fn shopping_sentences_are_heard_word_for_word() {
    for sentence in [
        "Reorder paper towels.",
        "Cancel my last order.",
        "Where is my order?",
        "Add two bags of coffee beans.",
        "Yes please.",
        "Cancel.",
    ] {
        let Some(sound) = spoken(sentence) else { return };
        let heard = hear(&sound);
        assert_eq!(text(&heard), sentence);
        assert!(matches!(heard, Heard::Words { confidence, .. } if (0.75..=1.0).contains(&confidence)));
    }
}

#[test]
fn the_pieces_in_which_sound_comes_make_no_difference() {
    let Some(sound) = spoken("Reorder paper towels.") else { return };
    let whole = hear_in_pieces(&sound, sound.len());
    assert!(is_text(&whole));
    for piece in [7, 256, 1_000] {
        assert_eq!(hear_in_pieces(&sound, piece), whole);
    }
}

#[test]
fn long_silence_around_the_words_makes_no_difference() {
    let Some(sound) = spoken("Reorder paper towels.") else { return };
    let around = [silence(3.0), sound.clone(), silence(3.0)].concat();
    assert_eq!(text(&hear(&around)), text(&hear(&sound)));
}

#[test]
fn no_sound_at_all_is_nothing() {
    let flat = |value: f32| vec![value; 16_000];
    for sound in
        [vec![], vec![0.0; 10], silence(5.0), flat(f32::NAN), flat(f32::INFINITY), flat(0.5), flat(-1.0)]
    {
        assert_eq!(hear(&sound), Heard::Nothing, "{} times {:?}", sound.len(), sound.first());
    }
}

#[test]
fn a_word_that_is_cut_to_less_than_a_tenth_of_a_second_is_nothing() {
    let Some(sound) = spoken("Yes please.") else { return };
    let loudest = (0..sound.len()).max_by(|a, b| sound[*a].abs().total_cmp(&sound[*b].abs())).unwrap();
    assert_eq!(hear(&sound[loudest..loudest + 1_500]), Heard::Nothing);
}

#[test]
fn noise_that_is_made_never_becomes_text() {
    for seconds in [0.3, 1.0, 3.0, 9.9] {
        for (name, noise) in [
            ("quiet white noise", white(seconds, 0.002)),
            ("white noise", white(seconds, 0.1)),
            ("loud white noise", white(seconds, 1.0)),
            ("a rumble", brown(seconds, 0.5)),
            ("hum of mains", hum(seconds, 50.0, 0.3)),
            ("a kettle", hum(seconds, 220.0, 0.3)),
            ("a whistle", hum(seconds, 880.0, 0.3)),
            ("clicks", clicks(seconds, 0.8)),
        ] {
            let heard = hear(&noise);
            assert!(!is_text(&heard), "{seconds} s of {name}: {}", text(&heard));
        }
    }
}

#[test]
fn noise_that_was_recorded_never_becomes_text() {
    for (name, noise) in recorded_noise() {
        // Whole, and in pieces such as a listener would cut out.
        for length in [160_000, 48_000, 16_000] {
            for (n, piece) in noise.chunks(length).enumerate() {
                let heard = hear(piece);
                assert!(!is_text(&heard), "{name}, piece {n} of {length}: {}", text(&heard));
            }
        }
    }
}

#[test]
fn words_in_a_little_noise_are_heard() {
    let Some(sound) = spoken("Reorder paper towels.") else { return };
    assert_eq!(text(&hear(&mixed(&sound, &white(1.0, 0.01)))), "Reorder paper towels.");
}

#[test]
fn other_speech_is_not_taken_for_shopping() {
    for sentence in [
        "Four score and seven years ago our fathers brought forth on this continent a new nation.",
        "The committee will discuss agricultural subsidies throughout the northern hemisphere.",
        "Photosynthesis converts sunlight.",
    ] {
        let Some(sound) = spoken(sentence) else { return };
        let heard = hear(&sound[..sound.len().min(160_000)]);
        assert!(!is_text(&heard), "{sentence} became {}", text(&heard));
    }
}

#[test]
fn what_is_longer_than_the_model_hears_is_refused_and_what_came_before_is_kept() {
    let Some(sound) = spoken("Reorder paper towels.") else { return };
    let mut hearing = bundled::recognizer().recognizer.open().unwrap();
    hearing.push(&sound).unwrap();
    let error = hearing.push(&silence(10.0)).unwrap_err();
    assert!(matches!(error, SpeechError::TooLong { limit_seconds: 10 }));
    assert_eq!(error.to_string(), "the utterance is longer than 10 seconds");
    assert_eq!(text(&hearing.finish().unwrap()), "Reorder paper towels.");
}

#[test]
fn ten_seconds_are_not_too_long() {
    let mut hearing = bundled::recognizer().recognizer.open().unwrap();
    hearing.push(&white(10.0, 0.1)).unwrap();
    assert!(hearing.push(&[0.0]).is_err());
    assert!(!is_text(&hearing.finish().unwrap()));
}

#[test]
fn many_who_speak_at_once_are_each_heard() {
    let (Some(one), Some(two)) = (spoken("Reorder paper towels."), spoken("Cancel my last order.")) else {
        return;
    };
    std::thread::scope(|scope| {
        for n in 0..8 {
            let (sound, words) =
                if n % 2 == 0 { (&one, "Reorder paper towels.") } else { (&two, "Cancel my last order.") };
            scope.spawn(move || assert_eq!(text(&hear(sound)), words));
        }
    });
}

#[test]
fn an_utterance_says_nothing_of_the_one_before() {
    let (Some(one), Some(two)) = (spoken("Reorder paper towels."), spoken("Cancel my last order.")) else {
        return;
    };
    let alone = hear(&two);
    for _ in 0..3 {
        hear(&one);
        hear(&white(1.0, 0.3));
        assert_eq!(hear(&two), alone);
    }
}
