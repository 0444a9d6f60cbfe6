package dev.ringway.samples;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ringway.Buf;
import dev.ringway.samples.RedisKeys.Failure;
import dev.ringway.samples.RedisKeys.Status;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// The protocol of Redis, in pieces of every size, and the commands.
class RespTest {
    private final Random random = new Random(1);

    // ---- commands that come

    @Test
    void commandsAreTheSameHoweverTheyCome() throws Exception {
        String big = "\r\n\u00e4$*".repeat(10_000);
        String stream = "*1\r\n$4\r\nPING\r\n\r\n  GET  a \r\nGET b\n*0\r\n*3\r\n$3\r\nSET\r\n$0\r\n\r\n"
                + "$" + big.length() + "\r\n" + big + "\r\n*2\r\n$3\r\nGET\r\n$1\r\n\n\r\nPING";
        List<List<String>> expected = List.of(List.of("PING"), List.of(), List.of("GET", "a"), List.of("GET", "b"),
                List.of(), List.of("SET", "", big), List.of("GET", "\n"));
        for (int most : new int[] {1, 2, 3, 100, 20_000, stream.length()}) {
            assertThat(parsed(stream, most)).as("in pieces of up to %d", most).isEqualTo(expected);
        }
    }

    @Test
    void whatIsNoCommandIsRefused() {
        for (String wrong : List.of("*x\r\n", "*-1\r\n", "*5000\r\n", "*1\r\nPING\r\n", "*1\r\n$\r\n", "*1\r\n$-1\r\n",
                "*1\r\n$2000000\r\n", "*2\r\n$1000000\r\n" + "x".repeat(1_000_000) + "\r\n$100000\r\n",
                "*1\r\n$4\r\nPINGPONG", "*1\r\n$4\r\nPING\n\n", "x".repeat(20_000))) {
            for (int most : new int[] {1, 20_000}) {
                assertThatThrownBy(() -> parsed(wrong, most)).as(wrong.substring(0, Math.min(20, wrong.length())))
                        .isInstanceOf(Resp.ProtocolException.class).hasMessageStartingWith("ERR Protocol error: ");
            }
        }
    }

    private List<List<String>> parsed(String stream, int most) throws Resp.ProtocolException {
        Resp.Parser parser = new Resp.Parser();
        byte[] bytes = stream.getBytes(ISO_8859_1);
        List<List<String>> commands = new ArrayList<>();
        for (int at = 0; at < bytes.length;) {
            int count = Math.min(1 + random.nextInt(most), bytes.length - at);
            Buf input = buf(count).put(bytes, at, count);
            at += count;
            for (List<String> next = parser.take(input); next != null; next = parser.take(input)) {
                commands.add(next);
            }
            assertThat(input.readable()).isZero();
        }
        return commands;
    }

    // ---- replies that go

    @Test
    void repliesAreTheSameHoweverMuchRoomThereIs() {
        for (int room : new int[] {1, 2, 7, 1000}) {
            Resp.Replies replies = new Resp.Replies();
            Buf output = buf(room);
            StringBuilder sent = new StringBuilder();
            for (Object reply : Arrays.asList(null, new Status("OK"), new Failure("ERR no"), 12L, "\u00e4", "",
                    List.of(), List.of("a", "bc"))) {
                replies.add(reply);
                while (!replies.writeTo(output)) {
                    assertThat(output.writable()).isZero();
                    sent.append(output.getText(ISO_8859_1));
                    output.clear();
                }
            }
            assertThat(sent + output.getText(ISO_8859_1)).isEqualTo("$-1\r\n+OK\r\n-ERR no\r\n:12\r\n"
                    + "$1\r\n\u00e4\r\n$0\r\n\r\n*0\r\n*2\r\n$1\r\na\r\n$2\r\nbc\r\n");
        }
    }

    private static Buf buf(int capacity) {
        return Buf.adopt(ByteBuffer.allocateDirect(capacity)).clear();
    }

    // ---- keys

    @Test
    void rangesAreThoseOfRedis() {
        RedisKeys keys = new RedisKeys();
        said(keys, "LPUSH l 4 3 2 1 0", 5L);
        said(keys, "LRANGE l 0 -1", List.of("0", "1", "2", "3", "4"));
        said(keys, "LRANGE l 1 2", List.of("1", "2"));
        said(keys, "LRANGE l -2 100", List.of("3", "4"));
        said(keys, "LRANGE l -100 -4", List.of("0", "1"));
        said(keys, "LRANGE l 3 2", List.of());
        said(keys, "LRANGE l 5 9", List.of());
        said(keys, "LRANGE l 0 -6", List.of());
        said(keys, "LRANGE l " + Long.MIN_VALUE + " " + Long.MAX_VALUE, List.of("0", "1", "2", "3", "4"));
        said(keys, "LRANGE none 0 -1", List.of());
        said(keys, "GET l", new Failure("WRONGTYPE Operation against a key holding the wrong kind of value"));
    }

    @Test
    void keysExpire() throws Exception {
        RedisKeys keys = new RedisKeys();
        said(keys, "SET a 1 PX 500", new Status("OK"));
        said(keys, "SET b 1 px 500", new Status("OK"));
        said(keys, "SET c 1 EX " + Long.MAX_VALUE, new Status("OK"));
        said(keys, "SET d 1 EX 0", new Failure("ERR syntax error"));
        said(keys, "SET d 1 EX", new Failure("ERR syntax error"));
        said(keys, "SET b 2", new Status("OK")); // and stays
        said(keys, "INCR a", 2L); // and still goes
        Thread.sleep(510);
        keys.expire();
        said(keys, "DEL a", 0L);
        said(keys, "GET b", "2");
        said(keys, "INCR c", 2L);
        said(keys, "EXPIRE c -1", 1L);
        said(keys, "GET c", null);
        said(keys, "EXPIRE c 1", 0L);
        said(keys, "SET n " + Long.MAX_VALUE, new Status("OK"));
        said(keys, "INCR n", new Failure("ERR value is not an integer or out of range"));
    }

    private static void said(RedisKeys keys, String command, Object reply) {
        assertThat(keys.execute(List.of(command.split(" ")))).as(command).isEqualTo(reply);
    }
}
