package dev.ringway.samples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// A PostgreSQL server in a directory and on a port of its own.
final class Postgres {
    private static final String NOBODY = "nobody";
    private static final long LIMIT_SECONDS = 60;

    private final Path data;
    private final int port;

    private Postgres(Path data, int port) {
        this.data = data;
        this.port = port;
    }

    static Postgres start(Path directory, int port) throws IOException, InterruptedException {
        Path home = Files.createDirectory(directory.resolve("postgres"));
        if (isRoot()) { // which it refuses to run as
            Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx--x--x"));
            Files.setOwner(home, home.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName(NOBODY));
        }
        Postgres server = new Postgres(home.resolve("data"), port);
        server.run("initdb", "--auth=trust", "--username=postgres", "--no-sync", "--locale=C", "--encoding=UTF8");
        String options = "-c listen_addresses=127.0.0.1 -c port=" + port + " -c unix_socket_directories= -c fsync=off";
        server.run("pg_ctl", "start", "--wait", "--log=" + home.resolve("log"), "--options=" + options);
        return server;
    }

    private static boolean isRoot() {
        return System.getProperty("user.name").equals("root");
    }

    int port() {
        return port;
    }

    /// The arguments of a client that goes to it by some port.
    Object[] reach(int by, Object... arguments) {
        List<Object> all = new ArrayList<>(List.of("-h", "127.0.0.1", "-p", by, "-U", "postgres"));
        Collections.addAll(all, arguments);
        all.add("postgres"); // the database
        return all.toArray();
    }

    /// One of its own programs.
    private void run(String program, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        if (isRoot()) {
            Collections.addAll(command, "setpriv", "--reuid=" + NOBODY, "--regid=nogroup", "--clear-groups");
        }
        Collections.addAll(command, Client.PGBENCH.folder().resolve(program).toString(), "-D", data.toString());
        Collections.addAll(command, arguments);
        Path output = Files.createTempFile("postgres", ".output");
        try {
            Process process = new ProcessBuilder(command).directory(data.getParent().toFile())
                    .redirectErrorStream(true).redirectOutput(output.toFile()).start();
            boolean ended = process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS);
            process.destroyForcibly();
            assertThat(ended).as("end of %s, which says %s", program, Files.readString(output, UTF_8)).isTrue();
            assertThat(process.exitValue()).as("%s, which says %s", program, Files.readString(output, UTF_8)).isZero();
        } finally {
            Files.delete(output);
        }
    }

    void stop() throws IOException, InterruptedException {
        run("pg_ctl", "stop", "--wait", "--mode=fast");
    }
}
