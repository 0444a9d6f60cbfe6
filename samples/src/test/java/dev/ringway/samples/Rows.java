package dev.ringway.samples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringway.Backend;
import dev.ringway.Ring;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// The backends that samples are tested on: those that work here, which for kqueue on Linux takes the library that
/// `-Dringway.libkqueue` names. `-Dsamples.backends` selects some of them; `-Dbackends.required` names rows that must
/// work.
final class Rows {
    private static final List<String> REQUIRED =
            Arrays.asList(System.getProperty("backends.required", "").split(","));

    private Rows() {}

    static List<Backend> backends() throws IOException {
        List<Backend> working = new ArrayList<>();
        List<String> selected = Arrays.asList(System.getProperty("samples.backends", "").split(","));
        for (Backend backend : Backend.values()) {
            if (!selected.contains("") && !selected.contains(backend.name())) {
                continue;
            }
            String reason = whyNot(backend);
            if (reason.isEmpty()) {
                working.add(backend);
            } else {
                System.out.println("Samples are not tested on " + backend + ": " + reason);
                assertThat(REQUIRED).as(reason).doesNotContain(backend.name());
            }
        }
        return working;
    }

    private static String whyNot(Backend backend) {
        try (Ring ring = Ring.builder().backend(backend).create()) {
            return ring.backend().kind() == backend ? "" : "it made " + ring;
        } catch (IOException unavailable) {
            return String.valueOf(unavailable.getMessage());
        }
    }
}
