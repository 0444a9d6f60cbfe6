package dev.ringway.bench.allocation;

import java.util.Arrays;
import java.util.List;

/// What is done again and again.
public enum Kind {
    NOP("nop"),
    TIMER("timer that passes"),
    SMALL("64 B sent and received"),
    LARGE("1 KiB sent and received"),
    LEASE("64 B echoed in a lease"),
    READ("4 KiB read of a file");

    private final String title;

    Kind(String title) {
        this.title = title;
    }

    String title() {
        return title;
    }

    static List<String> titles() {
        return Arrays.stream(values()).map(Kind::title).toList();
    }

    /// Bytes of what is sent or read.
    public int bytes() {
        return switch (this) {
            case LARGE -> 1024;
            case READ -> 4096;
            default -> 64;
        };
    }
}
