package dev.ringway.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ringway.AsyncFile;
import dev.ringway.AsyncSocket;
import dev.ringway.AsyncSource;
import dev.ringway.Buf;
import dev.ringway.IntOperation;
import dev.ringway.PipeEnds;
import dev.ringway.Ring;
import dev.ringway.testing.EveryBackend;
import dev.ringway.testing.EveryTransport;
import dev.ringway.testing.Loop;
import dev.ringway.testing.Pair;
import dev.ringway.testing.Parity;
import dev.ringway.testing.TestBed;
import dev.ringway.testing.Transport;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/// Transfers of no more than a number of bytes.
@EveryBackend
class AtMostTest {
    private static String text(Buf... bufs) {
        StringBuilder all = new StringBuilder();
        for (Buf buf : bufs) {
            all.append(buf.getText(UTF_8));
        }
        return all.toString();
    }

    @Test
    @Parity("io/limited_buf")
    void ofAFile(Ring ring, Loop loop, Path directory) throws Exception {
        Path path = Files.writeString(directory.resolve("file"), "0123456789");
        AsyncFile file = loop.await(ring.files().prepareOpen(path, READ, WRITE));
        Buf buf = loop.buffer(32);
        int read = loop.await(file.prepareRead(buf).atMost(4));
        assertThat(read).isBetween(1, 4);
        assertThat(buf.writable()).isEqualTo(32 - read);
        assertThat(loop.await(file.prepareRead(buf.clear()).atMost(0))).isZero();
        assertThat(loop.await(file.prepareRead(buf).atMost(2).from(8))).isBetween(1, 2);
        assertThat("89").startsWith(text(buf));
        Buf[] srcs = {loop.bufferOf("ab"), loop.bufferOf("cdef")};
        assertThat(loop.await(file.prepareWriteAll(srcs).atMost(3).at(0))).isEqualTo(3);
        assertThat(Files.readString(path)).isEqualTo("abc3456789");
        assertThat(text(srcs)).isEqualTo("def");
    }

    @Test
    @Parity({"io/limited_buf", "io/limited_buf_slice"})
    void ofAPipe(Ring ring, Loop loop) {
        PipeEnds ends = loop.await(ring.streams().preparePipe());
        AsyncSource source = loop.keep(ends.source());
        Buf src = loop.bufferOf("0123456789abcdef");
        assertThat(loop.await(loop.keep(ends.sink()).prepareWriteAll(src).atMost(9))).isEqualTo(9);
        assertThat(text(src)).isEqualTo("9abcdef");
        Buf[] dsts = {loop.buffer(2), loop.buffer(1), loop.buffer(100)};
        int read = loop.await(source.prepareRead(dsts).atMost(5));
        assertThat(read).isBetween(1, 5);
        String got = text(dsts);
        assertThat(got).hasSize(read);
        Buf rest = loop.buffer(100);
        loop.await(source.prepareReadN(rest, 9 - read));
        assertThat(got + text(rest)).isEqualTo("012345678");
    }

    /// What comes after it is still there for who asks next, and so is what is left of a buffer that is sent.
    @EveryTransport
    @Parity("io/limited_buf_slice")
    void ofASocket(Transport transport, TestBed bed, Loop loop) {
        Pair pair = Pair.open(bed, loop, transport);
        pair.farSends("header;body");
        StringBuilder header = new StringBuilder();
        AsyncSocket.Receive receive = pair.near().prepareReceive(loop.buffer(64));
        while (header.length() < 7) {
            Buf[] parts = {loop.buffer(3), loop.buffer(64)};
            receive = header.isEmpty() ? pair.near().prepareReceive(parts) : receive.reset(parts);
            loop.await(receive.atMost(7 - header.length()));
            header.append(text(parts));
        }
        assertThat(header).hasToString("header;");
        assertThat(pair.nearReceives(4)).isEqualTo("body");
        Buf src = loop.bufferOf("only this, not that");
        AsyncSocket.Send send = pair.near().prepareSendAll(src).atMost(9);
        assertThat(loop.await(send)).isEqualTo(9);
        assertThat(pair.farReceives(9)).isEqualTo("only this".getBytes(UTF_8));
        assertThat(loop.await(send.reset(src).atMost(100))).isEqualTo(10);
        assertThat(pair.farReceives(10)).isEqualTo(", not that".getBytes(UTF_8));
    }

    @Test
    void whatCannotBeIsRefused(Ring ring, Loop loop, TestBed bed) {
        PipeEnds ends = loop.await(ring.streams().preparePipe());
        AsyncSource source = loop.keep(ends.source());
        loop.keep(ends.sink());
        assertThatThrownBy(() -> source.prepareRead(loop.buffer(1)).atMost(-1))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("at most -1 bytes");
        AsyncSource.Read started = source.prepareRead(loop.buffer(1));
        loop.start((IntOperation) started);
        assertThatThrownBy(() -> started.atMost(1)).isInstanceOf(IllegalStateException.class);
    }
}
