package dev.ringway.samples;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.ringway.AsyncSocket;
import dev.ringway.ByteStream;
import dev.ringway.Ring;
import dev.ringway.TlsSocket;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import javax.net.ssl.SSLContext;

/// `http-client <url> [<key store> <password>]`: fetches something over HTTP/1.1 and prints it, with the streams of the
/// JDK. Over https it trusts whom the JDK trusts, or the certificates in the key store.
public final class HttpClient {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final int LINE_BYTES = 8192;
    private static final int FIELDS = 100;

    public static void main(String... args) throws IOException, GeneralSecurityException {
        if (args.length != 1 && args.length != 3) {
            throw new IllegalArgumentException("usage: http-client <url> [<key store> <password>]");
        }
        HttpUrl url = HttpUrl.of(args[0]);
        SSLContext trust = args.length == 3 ? KeyStores.context(args[1], args[2]) : SSLContext.getDefault();
        try (Ring ring = Ring.start("http-client");
                ByteStream stream = connect(ring, url, trust);
                OutputStream out = new FileOutputStream(FileDescriptor.out)) {
            String request = "GET " + url.target() + " HTTP/1.1\r\nHost: " + url.authority()
                    + "\r\nConnection: close\r\n\r\n";
            stream.outputStream(LIMIT).write(request.getBytes(ISO_8859_1));
            print(new BufferedInputStream(stream.inputStream(LIMIT)), out);
        }
    }

    private static ByteStream connect(Ring ring, HttpUrl url, SSLContext trust) throws IOException {
        InetSocketAddress address = new InetSocketAddress(url.host(), url.port());
        AsyncSocket socket = ring.net().prepareConnect(address).timeout(LIMIT).join();
        if (!url.isSecure()) {
            return socket;
        }
        return TlsSocket.prepareClient(socket, trust, url.host(), url.port())
                .applicationProtocols("http/1.1")
                .timeout(LIMIT)
                .join();
    }

    /// See RFC 9112.
    private static void print(InputStream in, OutputStream out) throws IOException {
        String status = line(in);
        while (status.startsWith("HTTP/1.1 1")) { // that is not the response yet
            fields(in);
            status = line(in);
        }
        Map<String, String> fields = fields(in);
        if ("chunked".equalsIgnoreCase(fields.get("transfer-encoding"))) {
            printChunks(in, out);
        } else if (fields.containsKey("content-length")) {
            print(in, Http.length(fields.get("content-length"), 10), out);
        } else {
            in.transferTo(out);
        }
        if (!status.matches("HTTP/1\\.[01] 2\\d\\d.*")) {
            throw new IOException("it answers " + status);
        }
    }

    private static void print(InputStream in, long length, OutputStream out) throws IOException {
        byte[] chunk = new byte[Http.CHUNK_BYTES];
        for (long left = length; left > 0; ) {
            int count = in.read(chunk, 0, (int) Math.min(left, chunk.length));
            if (count < 0) {
                throw new EOFException("the response is not complete");
            }
            out.write(chunk, 0, count);
            left -= count;
        }
    }

    private static void printChunks(InputStream in, OutputStream out) throws IOException {
        long length;
        do {
            length = Http.length(line(in).replaceFirst(";.*", "").strip(), 16);
            print(in, length, out);
            if (length > 0 && !line(in).isEmpty()) {
                throw new IOException("a chunk does not end where it should");
            }
        } while (length > 0);
        fields(in);
    }

    private static Map<String, String> fields(InputStream in) throws IOException {
        Map<String, String> fields = new HashMap<>();
        for (String line = line(in); !line.isEmpty(); line = line(in)) {
            if (fields.size() == FIELDS) {
                throw new IOException("more than " + FIELDS + " header fields");
            }
            String[] field = line.split(":", 2);
            fields.put(field[0].toLowerCase(Locale.ROOT), field.length < 2 ? "" : field[1].strip());
        }
        return fields;
    }

    private static String line(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) {
                throw new EOFException("the response is not complete");
            }
            if (line.size() == LINE_BYTES) {
                throw new IOException("too long a line");
            }
            line.write(next);
        }
        return line.toString(ISO_8859_1).stripTrailing();
    }

    private HttpClient() {}
}
