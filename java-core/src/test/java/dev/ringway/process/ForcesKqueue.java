package dev.ringway.process;

import dev.ringway.Backend;
import dev.ringway.Ring;
import dev.ringway.testing.Census;
import java.nio.file.Path;
import java.util.Map;

/// A program for another process: says what forcing kqueue does.
final class ForcesKqueue {
    private ForcesKqueue() {}

    public static void main(String[] args) throws Exception {
        try (Ring ring = Ring.create()) {
            System.out.println("automatic: " + ring.backend().kind());
        }
        Census before = Census.take(Path.of("none"));
        System.out.println("builder: " + ChoosesBackend.forced(Ring.builder().backend(Backend.KQUEUE)));
        System.setProperty("ringway.backend", "kqueue");
        System.out.println("property: " + ChoosesBackend.forced(Ring.builder()));
        System.out.println("leaked: " + leaked(before));
    }

    /// A library closes the fds of a queue soon after the queue.
    private static Map<Integer, String> leaked(Census before) throws InterruptedException {
        for (int tries = 0; tries < 400 && !Census.take(Path.of("none")).fdsSince(before).isEmpty(); tries++) {
            Thread.sleep(5);
        }
        return Census.take(Path.of("none")).fdsSince(before);
    }
}
