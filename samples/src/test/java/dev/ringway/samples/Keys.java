package dev.ringway.samples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;

/// A key store for https, and its certificate for clients that are not Java, made by the commands in the README of the
/// samples.
///
/// @param store       of a key for `localhost`
/// @param certificate in the form that most others read
record Keys(Path store, Path certificate) {
    static final String PASSWORD = "changeit";

    private static final Map<String, Keys> MADE = new HashMap<>();

    /// Those that all tests share.
    static Keys shared() throws IOException, InterruptedException {
        return made("shared");
    }

    /// Others for the same name, which nobody trusts who trusts the shared ones.
    static Keys others() throws IOException, InterruptedException {
        return made("others");
    }

    private static synchronized Keys made(String name) throws IOException, InterruptedException {
        Keys keys = MADE.get(name);
        if (keys == null) {
            Path directory = Files.createTempDirectory("ringway-keys");
            keys = in(directory);
            for (Path path : List.of(directory, keys.store, keys.certificate)) {
                path.toFile().deleteOnExit(); // the last first
            }
            MADE.put(name, keys);
        }
        return keys;
    }

    private static Keys in(Path directory) throws IOException, InterruptedException {
        List<String> commands = Files.readAllLines(Path.of("README.md")).stream()
                .filter(line -> line.startsWith("keytool "))
                .toList();
        assertThat(commands).as("commands of the README").hasSize(2);
        for (String command : commands) {
            List<String> words = new ArrayList<>(Arrays.asList(command.split(" ")));
            words.set(0, Path.of(System.getProperty("java.home"), "bin", words.getFirst()).toString());
            Process process = new ProcessBuilder(words)
                    .directory(directory.toFile())
                    .redirectErrorStream(true)
                    .start();
            String said = new String(process.getInputStream().readAllBytes(), UTF_8);
            assertThat(process.waitFor()).as("%s says %s", command, said).isZero();
        }
        return new Keys(directory.resolve("keys.p12"), directory.resolve("cert.pem"));
    }

    /// Who has them, or trusts them.
    SSLContext context() throws IOException, GeneralSecurityException {
        return KeyStores.context(store.toString(), PASSWORD);
    }
}
