package dev.ringway.samples;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.ringway.Buf;
import dev.ringway.samples.RedisKeys.Failure;
import dev.ringway.samples.RedisKeys.Status;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;

/// RESP, the protocol of Redis, without any I/O. Strings are bytes, kept as characters of one byte each.
final class Resp {
    static final int BUFFER_BYTES = 1 << 14;
    private static final int LINE_BYTES = 1 << 14;
    private static final int COMMAND_BYTES = 1 << 20;
    private static final int COMMAND_WORDS = 1 << 12;

    private Resp() {}

    /// The peer does not speak the protocol, or wants too much.
    static final class ProtocolException extends Exception {
        private static final long serialVersionUID = 1;

        ProtocolException(String message) {
            super("ERR Protocol error: " + message);
        }
    }

    /// Makes commands of what a client sends: arrays of strings, or lines of words. What it keeps of one that has not
    /// all come grows with what has come.
    static final class Parser {
        private ByteArrayOutputStream part = new ByteArrayOutputStream(); // of a line, or of a string
        private List<String> words = new ArrayList<>();
        private int missing; // words
        private int length = -1; // of the string that comes next; -1 if a line does
        private int left; // bytes that the command may still have

        /// @return the words of the next command, perhaps none; null if it has not all come
        List<String> take(Buf input) throws ProtocolException {
            String text = next(input);
            while (text != null && !completes(text)) {
                text = next(input);
            }
            if (text == null) {
                return null;
            }
            List<String> command = words;
            words = new ArrayList<>();
            return command;
        }

        private boolean completes(String text) throws ProtocolException {
            if (length >= 0) {
                words.add(text);
                length = -1;
                return --missing == 0;
            } else if (missing > 0) {
                length = number(text, '$', left);
                left -= length;
                return false;
            } else if (text.startsWith("*")) {
                missing = number(text, '*', COMMAND_WORDS);
                left = COMMAND_BYTES;
                return missing == 0;
            }
            Collections.addAll(words, text.split(" "));
            words.removeIf(String::isEmpty);
            return true;
        }

        private static int number(String line, char type, int max) throws ProtocolException {
            int number;
            try {
                number = Integer.parseInt(line, 1, line.length(), 10);
            } catch (IndexOutOfBoundsException | NumberFormatException none) {
                throw new ProtocolException("expected a number");
            }
            if (line.charAt(0) != type) {
                throw new ProtocolException("expected '" + type + "'");
            }
            if (number < 0 || number > max) {
                throw new ProtocolException("invalid length");
            }
            return number;
        }

        /// The next line or string, without its end; null if it has not all come.
        private String next(Buf input) throws ProtocolException {
            int end = length >= 0 ? length + 2 - part.size() : lineEnd(input);
            int count = Math.min(end, input.readable());
            byte[] bytes = new byte[count];
            input.get(bytes);
            if (count < end) {
                part.writeBytes(bytes);
                if (length < 0 && part.size() >= LINE_BYTES) {
                    throw new ProtocolException("too big a line");
                }
                return null;
            }
            if (part.size() > 0) {
                part.writeBytes(bytes);
                bytes = part.toByteArray();
                part = new ByteArrayOutputStream();
            }
            return text(bytes);
        }

        /// How many bytes there are up to the end of the line; one more than there are if it does not end.
        private static int lineEnd(Buf input) {
            int end = 0;
            while (end < input.readable() && input.peek(end) != '\n') {
                end++;
            }
            return end + 1;
        }

        private String text(byte[] bytes) throws ProtocolException {
            int end = bytes.length - 1;
            if (end > 0 && bytes[end - 1] == '\r') {
                end--;
            }
            if (length >= 0 && (end != length || bytes[bytes.length - 1] != '\n')) {
                throw new ProtocolException("expected the end of a string");
            }
            return new String(bytes, 0, end, ISO_8859_1);
        }
    }

    /// What a client gets: one reply after the other, of which each is made into bytes as there is room for them.
    static final class Replies {
        private byte[] bytes = {};
        private int written;
        private Iterator<?> items = Collections.emptyIterator();

        /// To be called when all before it has been written.
        void add(Object reply) {
            encode(reply);
            items = reply instanceof List<?> list ? list.iterator() : Collections.emptyIterator();
        }

        private void encode(Object reply) {
            String text = switch (reply) {
                case null -> "$-1\r\n";
                case Status status -> "+" + status.text() + "\r\n";
                case Failure failure -> "-" + failure.text() + "\r\n";
                case Long number -> ":" + number + "\r\n";
                case List<?> list -> "*" + list.size() + "\r\n";
                default -> "$" + reply.toString().length() + "\r\n" + reply + "\r\n";
            };
            bytes = text.getBytes(ISO_8859_1);
            written = 0;
        }

        /// @return whether all is written; else the buffer is full
        boolean writeTo(Buf output) {
            while (true) {
                int count = Math.min(bytes.length - written, output.writable());
                output.put(bytes, written, count);
                written += count;
                if (written < bytes.length) {
                    return false;
                }
                if (!items.hasNext()) {
                    return true;
                }
                encode(items.next());
            }
        }
    }
}
