//! A brand's folder as data: settings, sentences, replies, catalogue, sample households.
