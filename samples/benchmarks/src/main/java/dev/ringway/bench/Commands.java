package dev.ringway.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;

/// What a program that is [Commanded] reads and prints.
public final class Commands {
    private Commands() {}

    /// Obeys one line.
    @FunctionalInterface
    public interface Answer {
        /// @return `name=number` pairs, as [Fields] takes them
        String to(String command) throws Exception;
    }

    /// Says that it is ready, and what it is; then obeys line by line, until there is none.
    ///
    /// @throws IllegalStateException if a command cannot be obeyed: then nothing is answered
    public static void obey(String details, Answer answer) throws IOException {
        System.out.println("ready " + details);
        BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = commands.readLine(); line != null; line = commands.readLine()) {
            try {
                System.out.println(answer.to(line));
            } catch (Exception failure) {
                throw new IllegalStateException(line, failure);
            }
        }
    }
}
