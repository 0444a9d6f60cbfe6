package dev.ringway.hazard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringway.AsyncListener;
import dev.ringway.AsyncSocket;
import dev.ringway.Backend;
import dev.ringway.PipeEnds;
import dev.ringway.Ring;
import dev.ringway.testing.Census;
import dev.ringway.testing.EveryBackend;
import dev.ringway.testing.Loop;
import dev.ringway.testing.Parity;
import dev.ringway.testing.TestBed;
import dev.ringway.testing.Transport;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.net.SocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// A process that is started gets no fd of Ringway's, however it is started.
@EveryBackend
class InheritanceTest {
    private static final int SIGKILL = 9;
    private static final Pattern MAPPING = Pattern.compile("^[0-9a-f]+-[0-9a-f]+ ");
    private static final Pattern ENTRY = Pattern.compile(" (\\d+) -> (.*)");

    /// The JDK's own way closes what it finds open in the child, so that it proves little; posix_spawn(3) does not.
    @Test
    @Tag("H15")
    @Parity("beyond/fork")
    void aChildHasNoneOfOurFds(TestBed bed, Ring ring, Loop loop) throws Exception {
        AsyncListener listener = loop.await(ring.net().prepareListen(Transport.TCP4.unused(bed.directory())));
        SocketAddress address = loop.await(listener.prepareLocalAddress());
        AsyncSocket near = loop.await(ring.net().prepareConnect(address));
        AsyncSocket far = loop.keep(loop.await(listener.prepareAccept()));
        AsyncSocket duplicate = loop.keep(loop.await(near.prepareDuplicate()));
        PipeEnds ends = loop.await(ring.streams().preparePipe());
        loop.keep(ends.source());
        loop.keep(ends.sink());
        loop.await(ring.files().prepareOpen(
                bed.directory().resolve("file"), StandardOpenOption.WRITE, StandardOpenOption.CREATE));
        loop.pool(2, 64);
        loop.start(far.prepareReceive(loop.buffer(1)));
        loop.settle();
        Map<Integer, String> ours = Census.take(bed.directory()).fdsSince(bed.before());
        assertThat(ours).hasSizeGreaterThanOrEqualTo(7);

        Path listing = bed.directory().resolve("listing");
        String script = "ls -l /proc/$$/fd > " + listing + ".part && mv " + listing + ".part " + listing
                + " && exec sleep 60 > /dev/null";
        Process process = new ProcessBuilder("sh", "-c", script).start();
        try {
            requireNone(ours, listing);
        } finally {
            process.destroyForcibly().waitFor();
        }
        int child = Spawn.shell(script);
        try {
            requireNone(ours, listing);
            // Nothing of ours is left when we close it, though the child lives
            List.of(listener, near, duplicate).forEach(each -> loop.await(each.prepareClose()));
            assertThat(loop.await(far.prepareReceive(loop.buffer(1)))).isEqualTo(-1);
            loop.await(loop.await(ring.net().prepareListen(address)).prepareClose());
        } finally {
            Spawn.kill(child);
        }
    }

    /// A child between fork(2) and exec(2) has no copy of the queues that the kernel and the parent share.
    @Test
    @Parity("beyond/fork")
    void theQueuesAreNotCopied(TestBed bed, Loop loop) throws Exception {
        assertThat(loop.await(loop.ring().prepareNop())).isZero();
        boolean isQueue = false;
        int queues = 0;
        for (String line : Files.readAllLines(Path.of("/proc/self/smaps"))) {
            if (MAPPING.matcher(line).find()) {
                isQueue = line.contains("[io_uring]");
            } else if (isQueue && line.startsWith("VmFlags:")) {
                queues++;
                assertThat(line.split(" ")).as("dc: it is not copied when the process forks").contains("dc");
            }
        }
        assertThat(queues).isGreaterThanOrEqualTo(bed.row().backend() == Backend.IO_URING ? 2 : 0);
    }

    private static void requireNone(Map<Integer, String> ours, Path listing) throws Exception {
        Map<Integer, String> theirs = listed(listing);
        assertThat(theirs).as("what a child has open").containsKeys(0, 1, 2);
        theirs.entrySet().retainAll(ours.entrySet());
        assertThat(theirs).as("fds of ours that a child has").isEmpty();
    }

    private static Map<Integer, String> listed(Path listing) throws IOException, InterruptedException {
        for (int i = 0; i < 1000 && !Files.exists(listing); i++) {
            Thread.sleep(10);
        }
        Map<Integer, String> found = new TreeMap<>();
        for (String line : Files.readAllLines(listing)) {
            Matcher entry = ENTRY.matcher(line);
            if (entry.find()) {
                found.put(Integer.parseInt(entry.group(1)), entry.group(2));
            }
        }
        Files.delete(listing);
        return found;
    }

    /// A child without the JDK in between: fork and exec, and whatever is not close-on-exec goes along.
    private static final class Spawn {
        private static final Linker LINKER = Linker.nativeLinker();

        private Spawn() {}

        @SuppressWarnings("restricted") // signatures as the manual has them
        private static MethodHandle function(String name, FunctionDescriptor descriptor) {
            return LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow(name), descriptor);
        }

        /// See `man 3 posix_spawn`.
        static int shell(String script) {
            MethodHandle spawn = function("posix_spawn", FunctionDescriptor.of(
                    ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.ADDRESS, ValueLayout.ADDRESS,
                    ValueLayout.ADDRESS, ValueLayout.ADDRESS, ValueLayout.ADDRESS));
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment pid = arena.allocate(ValueLayout.JAVA_INT);
                MemorySegment path = arena.allocateFrom("/bin/sh");
                MemorySegment none = MemorySegment.NULL;
                MemorySegment arguments = array(arena, "sh", "-c", script);
                MemorySegment environment = array(arena, "PATH=" + System.getenv("PATH"));
                int res = (int) spawn.invokeExact(pid, path, none, none, arguments, environment);
                assertThat(res).as("posix_spawn").isZero();
                return pid.get(ValueLayout.JAVA_INT, 0);
            } catch (Throwable e) {
                throw new AssertionError("posix_spawn", e);
            }
        }

        private static MemorySegment array(Arena arena, String... strings) {
            MemorySegment array = arena.allocate(ValueLayout.ADDRESS, strings.length + 1L);
            for (int i = 0; i < strings.length; i++) {
                array.setAtIndex(ValueLayout.ADDRESS, i, arena.allocateFrom(strings[i]));
            }
            return array;
        }

        /// Kills it and waits for its end.
        static void kill(int child) {
            FunctionDescriptor two =
                    FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT);
            FunctionDescriptor three = FunctionDescriptor.of(
                    ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT);
            try {
                int killed = (int) function("kill", two).invokeExact(child, SIGKILL);
                int waited = (int) function("waitpid", three).invokeExact(child, MemorySegment.NULL, 0);
                assertThat(killed).as("kill").isZero();
                assertThat(waited).as("waitpid").isEqualTo(child);
            } catch (Throwable e) {
                throw new AssertionError("kill of " + child, e);
            }
        }
    }
}
