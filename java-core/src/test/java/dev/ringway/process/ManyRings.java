package dev.ringway.process;

import dev.ringway.Backend;
import dev.ringway.BackendUnavailableException;
import dev.ringway.IntOperation;
import dev.ringway.Ring;
import dev.ringway.internal.loop.EventLoop;
import java.lang.reflect.Field;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// A program for another process: makes rings, all of them open at once, until one is not an io_uring any more.
final class ManyRings {
    private static final int MOST = 256;

    private ManyRings() {}

    public static void main(String[] args) throws Exception {
        List<Ring> rings = new ArrayList<>();
        int working = 0;
        Ring last;
        do {
            last = Ring.builder().name("ring " + rings.size()).entries(256).create();
            rings.add(last);
            IntOperation nop = last.prepareNop();
            while (!nop.poll(() -> {})) {
                last.poll(Duration.ofSeconds(1));
            }
            working += nop.result() == 0 ? 1 : 0;
        } while (last.backend().kind() == Backend.IO_URING && rings.size() < MOST);
        System.out.println("rings: " + rings.size());
        System.out.println("working: " + working);
        System.out.println("last: " + last.backend());
        System.out.println("first: " + details(rings.getFirst()));
        System.out.println("forced: " + whyNoMore(rings));
        rings.forEach(Ring::close);
    }

    private static String details(Ring ring) throws ReflectiveOperationException {
        Field loop = Ring.class.getDeclaredField("loop");
        loop.setAccessible(true);
        return ((EventLoop) loop.get(ring)).details();
    }

    /// The kernel gives the memory of rings that are gone back a little later: a few more may be possible.
    private static String whyNoMore(List<Ring> rings) {
        while (rings.size() < MOST) {
            try {
                rings.add(Ring.builder().backend(Backend.IO_URING).entries(256).create());
            } catch (BackendUnavailableException unavailable) {
                return "unavailable: " + unavailable.getMessage();
            }
        }
        return "no end of rings";
    }
}
