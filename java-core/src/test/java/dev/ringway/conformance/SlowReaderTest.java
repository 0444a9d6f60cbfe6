package dev.ringway.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringway.AsyncSocket;
import dev.ringway.Buf;
import dev.ringway.testing.Count;
import dev.ringway.testing.EveryBackend;
import dev.ringway.testing.EveryTransport;
import dev.ringway.testing.Loop;
import dev.ringway.testing.Pair;
import dev.ringway.testing.TestBed;
import dev.ringway.testing.Transport;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Tag;

/// Short sends and short receives, thousands of them, neither lose nor double a byte.
///
/// `-Dringway.stream=67108864` sets how many bytes go through; by default half a megabyte.
@Tag("H12")
@EveryBackend
class SlowReaderTest {
    private static final int BYTES = Integer.getInteger("ringway.stream", 1 << 19);
    private static final int SMALL = 4096;

    private static byte[] content() {
        byte[] content = new byte[BYTES];
        new Random(19).nextBytes(content);
        return content;
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    private static String hex(MessageDigest digest) {
        return HexFormat.of().formatHex(digest.digest());
    }

    /// The reader takes 1 KiB a turn of the ring.
    @EveryTransport
    void sendAllToOneIsWhole(Transport transport, TestBed bed, Loop loop) throws Exception {
        Pair pair = Pair.open(bed, loop, transport, SMALL);
        pair.nearSendsThroughASmallBuffer();
        byte[] content = content();
        Buf buf = loop.bufferOf(content);
        Count send = loop.start(pair.near().prepareSendAll(buf));
        MessageDigest received = sha256();
        ByteBuffer piece = ByteBuffer.allocate(1024);
        int[] count = new int[1];
        loop.until("some has come", () -> {
            count[0] += read(pair.far(), piece, received);
            return count[0] > 0;
        });
        assertThat(send.isDone()).as("it waits for its reader").isFalse();
        while (count[0] < BYTES) {
            int before = count[0];
            loop.until("more has come", () -> {
                count[0] += read(pair.far(), piece, received);
                return count[0] > before;
            });
            loop.turn();
        }
        assertThat(send.value()).isEqualTo(BYTES);
        assertThat(buf.readable()).isZero();
        loop.await(pair.near().prepareShutdownOutput());
        assertThat(pair.farReceivesAll()).isEmpty();
        assertThat(hex(received)).isEqualTo(hex(digestOf(content)));
    }

    private static int read(SocketChannel far, ByteBuffer piece, MessageDigest received) {
        try {
            int count = far.read(piece.clear());
            received.update(piece.flip());
            return count;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static MessageDigest digestOf(byte[] content) {
        MessageDigest digest = sha256();
        digest.update(content);
        return digest;
    }

    /// Pieces whose size has nothing to do with what the sender or the kernel makes of it.
    @EveryTransport
    void receiveNGetsEveryPieceWhole(Transport transport, TestBed bed, Loop loop) {
        Pair pair = Pair.open(bed, loop, transport, SMALL);
        byte[] content = content();
        MessageDigest received = sha256();
        int[] left = {BYTES};
        Buf buf = loop.buffer(10_007);
        receivePieces(pair.near(), buf, left, received);
        for (int at = 0; at < BYTES; at += 1 << 16) {
            pair.farSends(Arrays.copyOfRange(content, at, Math.min(BYTES, at + (1 << 16))));
        }
        loop.until("all is received", () -> left[0] == 0);
        assertThat(hex(received)).isEqualTo(hex(digestOf(content)));
    }

    private static void receivePieces(AsyncSocket socket, Buf buf, int[] left, MessageDigest received) {
        int piece = Math.min(left[0], buf.capacity());
        if (piece == 0) {
            return;
        }
        socket.receiveN(buf.clear(), piece, (count, failure) -> {
            assertThat(failure).isNull();
            assertThat(count).isEqualTo(piece).isEqualTo(buf.readable());
            received.update(buf.getAll());
            left[0] -= piece;
            receivePieces(socket, buf, left, received);
        });
    }
}
