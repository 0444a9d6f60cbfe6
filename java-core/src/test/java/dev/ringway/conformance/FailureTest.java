package dev.ringway.conformance;

import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ringway.AsyncFile;
import dev.ringway.AsyncSocket;
import dev.ringway.Buf;
import dev.ringway.BufPool;
import dev.ringway.Ring;
import dev.ringway.TestRings;
import dev.ringway.testing.Census;
import dev.ringway.testing.EveryBackend;
import dev.ringway.testing.Loop;
import dev.ringway.testing.Parity;
import dev.ringway.testing.Recorded;
import dev.ringway.testing.TestBed;
import dev.ringway.testing.Transport;
import java.net.SocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/// What an operation that has failed leaves behind: nothing.
@EveryBackend
class FailureTest {
    private static int fds(TestBed bed) {
        return Census.take(bed.directory()).fdsSince(bed.before()).size();
    }

    @Test
    @Parity("defect/resources_freed_on_error")
    void leavesNoMemoryNoFdAndNoBufferInUse(TestBed bed, Ring ring, Loop loop) throws Exception {
        Path path = Files.writeString(bed.directory().resolve("file"), "content");
        Path missing = bed.directory().resolve("missing");
        AsyncFile readOnly = loop.await(ring.files().prepareOpen(path, READ));
        AsyncFile writeOnly = loop.await(ring.files().prepareOpen(path, WRITE));
        AsyncSocket unconnected = loop.await(ring.net().prepareSocket(Transport.TCP4.family()));
        SocketAddress nobody = Transport.TCP4.unused(bed.directory());
        SocketAddress taken = loop.await(loop.await(ring.net().prepareListen(nobody)).prepareLocalAddress());
        SocketAddress refused = Transport.UNIX.unused(bed.directory());
        BufPool pool = loop.pool(2, 16);
        Buf room = loop.buffer(100);
        Buf content = loop.bufferOf("content");
        Buf[] rooms = {loop.buffer(10), loop.buffer(10)};
        Buf[] contents = {loop.bufferOf("con"), loop.bufferOf("tent")};
        List<Supplier<Recorded>> failing = List.of(
                () -> loop.start(writeOnly.prepareRead(room)),
                () -> loop.start(writeOnly.prepareReadN(rooms, 20)),
                () -> loop.start(writeOnly.prepareReadN(room, 3).from(1)),
                () -> loop.start(readOnly.prepareWrite(content)),
                () -> loop.start(readOnly.prepareWriteAll(contents)),
                () -> loop.start(readOnly.prepareWriteAll(content).at(1)),
                () -> loop.start(readOnly.prepareReadN(room, 100)),
                () -> loop.start(readOnly.prepareTruncate(1)),
                () -> loop.start(ring.files().prepareOpen(missing)),
                () -> loop.start(ring.files().prepareOpen(path, WRITE, CREATE_NEW)),
                () -> loop.start(ring.files().prepareRename(missing, path)),
                () -> loop.start(ring.files().prepareDeleteDirectory(path)),
                () -> loop.start(ring.files().prepareCreateDirectory(path)),
                () -> loop.start(unconnected.prepareReceive(room)),
                () -> loop.start(unconnected.prepareSendAll(content)),
                () -> loop.start(unconnected.preparePeerAddress()),
                () -> loop.start(unconnected.prepareReceiveEach(pool)),
                () -> loop.start(ring.net().prepareConnect(refused)),
                () -> loop.start(ring.net().prepareListen(taken)));
        loop.settle();
        int memory = loop.insides().memory().live();
        int ours = fds(bed);
        for (int round = 0; round < 3; round++) {
            for (Supplier<Recorded> attempt : failing) {
                Recorded failed = attempt.get();
                assertThat(failed.failure()).as("%s", failed).isNotNull();
                loop.settle();
                assertThat(loop.inFlight()).as("in flight after %s", failed).isZero();
                assertThat(loop.insides().memory().live()).as("pieces of memory after %s", failed).isEqualTo(memory);
                assertThat(fds(bed)).as("fds after %s", failed).isEqualTo(ours);
                room.clear();
            }
        }
        assertThat(TestRings.leases(pool)).isZero();
        assertThat(List.of(room, content, rooms[0], rooms[1], contents[0], contents[1])).noneMatch(Buf::isLent);
        assertThat(content.readable() + contents[0].readable() + contents[1].readable()).isEqualTo(14);
    }
}
