package dev.ringway.samples;

import dev.ringway.AsyncListener;
import dev.ringway.AsyncSocket;
import dev.ringway.Buf;
import dev.ringway.Operation;
import dev.ringway.Ring;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Queue;
import java.util.Set;

/// `chat [port]`: what one says, all others hear, line by line; try it with `nc`. Who reads too slowly misses the
/// oldest of 64 lines, and who does not read at all is thrown out: nobody has to wait for him, and nothing piles up.
///
/// All callbacks are called on one thread, so that nothing here needs a lock.
public final class Chat {
    private static final int LINE_BYTES = 512;
    private static final int LINES = 64;
    private static final Duration SLOW = Duration.ofSeconds(10);

    private final Set<Member> members = new HashSet<>();

    private Chat() {}

    public static void main(String... args) throws IOException {
        InetSocketAddress address = new InetSocketAddress(args.length == 0 ? 7777 : Integer.parseInt(args[0]));
        Ring ring = Ring.create();
        Operation<AsyncListener> listening = ring.net().listen(address, (listener, failure) -> {
            if (failure != null) {
                ring.close();
                return;
            }
            Chat chat = new Chat();
            listener.acceptEach(chat::join, (end, broken) -> ring.close());
            listener.localAddress((bound, unknown) -> System.out.println("chat on " + bound));
        });
        ring.run(); // until it is closed
        listening.result(); // throws why it could not listen
    }

    private void join(AsyncSocket socket) {
        Member member = new Member(socket);
        members.add(member);
        member.listen();
    }

    private final class Member {
        private final AsyncSocket socket;
        private final Buf input;
        private final Buf output;
        private final Queue<byte[]> unheard = new ArrayDeque<>();
        private boolean hearing;

        Member(AsyncSocket socket) {
            this.socket = socket;
            this.input = socket.buffer(LINE_BYTES);
            this.output = socket.buffer(LINE_BYTES);
        }

        void listen() {
            socket.receive(input, (count, failure) -> {
                if (failure != null || count < 0) {
                    leave();
                    return;
                }
                for (int length = lineLength(); length > 0; length = lineLength()) {
                    byte[] line = new byte[length];
                    input.get(line);
                    say(line);
                }
                input.compact();
                listen();
            });
        }

        /// Of the first line, with its end; 0 if it has not ended. A line that is too long comes in parts.
        private int lineLength() {
            for (int index = 0; index < input.readable(); index++) {
                if (input.peek(index) == '\n') {
                    return index + 1;
                }
            }
            return input.readable() == LINE_BYTES ? LINE_BYTES : 0;
        }

        private void say(byte[] line) {
            for (Member member : members) {
                if (member != this) {
                    member.hear(line);
                }
            }
        }

        private void hear(byte[] line) {
            if (unheard.size() == LINES) {
                unheard.remove();
            }
            unheard.add(line);
            if (!hearing) {
                hearNext();
            }
        }

        private void hearNext() {
            byte[] line = unheard.poll();
            hearing = line != null;
            if (hearing) {
                socket.prepareSendAll(output.clear().put(line)).timeout(SLOW).start((count, failure) -> {
                    if (failure == null) {
                        hearNext();
                    } else {
                        leave();
                    }
                });
            }
        }

        /// The buffers are the kernel's until the socket is closed.
        private void leave() {
            if (members.remove(this)) {
                socket.close((done, failure) -> {
                    input.release();
                    output.release();
                });
            }
        }
    }
}
