package dev.ringway.bench;

/// The server CPU per request of `subject` is to be at most `limit` times that of `reference`.
record Goal(Subject subject, Subject reference, double limit) {

    enum Verdict {
        /// The whole interval keeps the limit.
        HOLDS("holds"),
        /// The whole interval exceeds the limit.
        MISSED("missed"),
        /// The limit lies within the interval: more rounds, or a quieter machine, could tell.
        NOT_RESOLVED("not resolved");

        final String title;

        Verdict(String title) {
            this.title = title;
        }
    }

    Verdict judge(MedianInterval ratio) {
        if (ratio.high() <= limit) {
            return Verdict.HOLDS;
        }
        return ratio.low() > limit ? Verdict.MISSED : Verdict.NOT_RESOLVED;
    }
}
