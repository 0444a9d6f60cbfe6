package dev.ringway.bench.layers;

import java.util.List;

/// The layers, the lowest first.
final class Subject {
    static final String C = "C";
    static final String RAW = "straight-line Java";
    static final String CALLBACK = "Ringway callback";
    static final String SUSPEND = "Ringway suspend";
    static final String UNCANCELLABLE = "Ringway suspend, without a Job";
    static final String FLOW = "Ringway suspend, in a Flow";
    static final String FUTURE = "Ringway future";
    static final String JOIN = "Ringway join, virtual threads";

    static final List<String> ALL = List.of(C, RAW, CALLBACK, SUSPEND, UNCANCELLABLE, FLOW, FUTURE, JOIN);

    private Subject() {}
}
