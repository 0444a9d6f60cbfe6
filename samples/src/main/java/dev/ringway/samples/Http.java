package dev.ringway.samples;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.ringway.Buf;
import dev.ringway.ErrnoException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.Serial;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/// What the HTTP samples in Java and in Kotlin have in common, the servers above all: requests in, heads of responses
/// out. See RFC 9112.
final class Http {
    static final int CONNECTIONS = 10_000;
    static final int HEAD_BYTES = 1 << 13;
    static final int CHUNK_BYTES = 1 << 15;
    /// That clients may name in a TLS handshake.
    static final String[] PROTOCOLS = {"http/1.1", "http/1.0"};
    /// Until a client and the server speak TLS.
    static final Duration HANDSHAKE = Duration.ofSeconds(10);
    /// Between two requests.
    static final Duration IDLE = Duration.ofSeconds(30);
    /// From the first byte of a request's head to the last.
    static final Duration HEAD = Duration.ofSeconds(10);
    /// For a chunk of a response.
    static final Duration SLOW = Duration.ofSeconds(30);
    /// For what a client that was refused still sends.
    static final Duration LINGER = Duration.ofSeconds(1);

    private static final Map<Integer, String> REASONS = Map.of(200, "OK", 400, "Bad Request", 404, "Not Found",
            405, "Method Not Allowed", 408, "Request Timeout", 413, "Content Too Large", 431,
            "Request Header Fields Too Large", 503, "Service Unavailable", 505, "HTTP Version Not Supported");
    private static final Map<String, String> TYPES = Map.of("html", "text/html; charset=utf-8",
            "css", "text/css; charset=utf-8", "js", "text/javascript; charset=utf-8", "json", "application/json",
            "txt", "text/plain; charset=utf-8", "md", "text/plain; charset=utf-8", "svg", "image/svg+xml",
            "png", "image/png", "jpg", "image/jpeg", "wasm", "application/wasm");
    private static final DateTimeFormatter DATE =
            DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ENGLISH);
    private static final Pattern REQUEST_LINE = Pattern.compile("([A-Z]+) (\\S+) HTTP/(\\d)\\.(\\d)");
    private static final Pattern FIELD = Pattern.compile("([!#$%&'*+\\-.^_`|~\\w]+):[ \t]*([^\0\r\n]*?)[ \t]*");

    private Http() {}

    /// A request that is refused. If it could not be read, where the next one begins is not known either.
    static final class Refused extends IOException {
        @Serial
        private static final long serialVersionUID = 1;

        final int status;

        Refused(int status) {
            super(status + " " + REASONS.get(status));
            this.status = status;
        }

        /// Why a file is not served.
        static Refused because(IOException failure) {
            boolean isShortage = failure instanceof ErrnoException errno
                    && (errno.errnoName().equals("EMFILE") || errno.errnoName().equals("ENFILE"));
            return new Refused(isShortage ? 503 : 404);
        }
    }

    /// A request without a body, which is the only kind that there is here.
    ///
    /// @param target    the path, and what follows it
    /// @param keepAlive whether the client will go on with this connection
    record Request(boolean isHead, String target, boolean keepAlive) {
        /// Takes the next request.
        ///
        /// @return null if it is not there yet as a whole
        static Request take(Buf input) throws Refused {
            int length = length(input);
            if (length < 0) {
                if (input.readable() == input.capacity()) {
                    throw new Refused(431);
                }
                return null;
            }
            byte[] head = new byte[length];
            input.get(head);
            return parse(new String(head, ISO_8859_1).split("\r\n"));
        }

        /// Up to and with the empty line; -1 if there is none.
        private static int length(Buf input) {
            for (int i = 3; i < input.readable(); i++) {
                if (input.peek(i) == '\n' && input.peek(i - 2) == '\n'
                        && input.peek(i - 1) == '\r' && input.peek(i - 3) == '\r') {
                    return i + 1;
                }
            }
            return -1;
        }

        private static Request parse(String[] lines) throws Refused {
            var line = REQUEST_LINE.matcher(lines.length == 0 ? "" : lines[0]);
            if (!line.matches()) {
                throw new Refused(400);
            }
            if (!line.group(3).equals("1")) {
                throw new Refused(505);
            }
            Map<String, String> fields = new HashMap<>();
            for (int i = 1; i < lines.length; i++) {
                var field = FIELD.matcher(lines[i]);
                if (!field.matches()) {
                    throw new Refused(400);
                }
                fields.merge(field.group(1).toLowerCase(Locale.ROOT), field.group(2), (one, two) -> one + ", " + two);
            }
            boolean isOld = line.group(4).equals("0");
            if (!isOld && !fields.containsKey("host")) {
                throw new Refused(400);
            }
            if (fields.containsKey("transfer-encoding") || !fields.getOrDefault("content-length", "0").equals("0")) {
                throw new Refused(413);
            }
            boolean isHead = line.group(1).equals("HEAD");
            if (!isHead && !line.group(1).equals("GET")) {
                throw new Refused(405);
            }
            String connection = fields.getOrDefault("connection", "").toLowerCase(Locale.ROOT);
            boolean keepAlive = isOld ? connection.contains("keep-alive") : !connection.contains("close");
            return new Request(isHead, line.group(2), keepAlive);
        }

        /// The file that is asked for: below the directory, whatever the path says.
        Path file(Path directory) throws Refused {
            String path = target.replaceFirst("^http://[^/]*", "").replaceFirst("[?#].*", "");
            if (!path.startsWith("/")) {
                throw new Refused(400);
            }
            String name = decoded(path).substring(1);
            try {
                Path file = directory.resolve(name.isEmpty() || name.endsWith("/") ? name + "index.html" : name);
                if (file.equals(file.normalize()) && file.startsWith(directory)) {
                    return file;
                }
            } catch (InvalidPathException impossible) {
                // there is no such file
            }
            throw new Refused(404);
        }

        private static String decoded(String path) throws Refused {
            if (path.indexOf('%') < 0) {
                return path;
            }
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            for (int i = 0; i < path.length(); i++) {
                char c = path.charAt(i);
                if (c == '%') {
                    if (i + 2 >= path.length() || !path.substring(i + 1, i + 3).matches("[0-9A-Fa-f]{2}")) {
                        throw new Refused(400);
                    }
                    bytes.write(Integer.parseInt(path.substring(i + 1, i + 3), 16));
                    i += 2;
                } else {
                    bytes.write(c);
                }
            }
            return bytes.toString(UTF_8);
        }
    }

    /// A response that refuses, with a body unless only the head was asked for.
    static String refusal(Refused refused, boolean isHead, boolean keepAlive) {
        String body = refused.getMessage() + "\n";
        return head(refused.status, "text/plain", body.length(), keepAlive) + (isHead ? "" : body);
    }

    /// The head of a response with a file.
    static String head(Path file, long length, boolean keepAlive) {
        String name = file.getFileName().toString();
        String type = TYPES.getOrDefault(name.substring(name.lastIndexOf('.') + 1), "application/octet-stream");
        return head(200, type, length, keepAlive);
    }

    private static String head(int status, String type, long length, boolean keepAlive) {
        return "HTTP/1.1 " + status + " " + REASONS.get(status) + "\r\n"
                + "Date: " + DATE.format(ZonedDateTime.now(ZoneOffset.UTC)) + "\r\n"
                + "Content-Type: " + type + "\r\n"
                + "Content-Length: " + length + "\r\n"
                + (status == 405 ? "Allow: GET, HEAD\r\n" : "")
                + (keepAlive ? "" : "Connection: close\r\n")
                + "\r\n";
    }

    /// The length of a body, or of a part of one.
    static long length(String text, int radix) throws IOException {
        try {
            long length = Long.parseLong(text, radix);
            if (length >= 0) {
                return length;
            }
        } catch (NumberFormatException none) {
            // nor is this one
        }
        throw new IOException(text + " is no length");
    }
}
