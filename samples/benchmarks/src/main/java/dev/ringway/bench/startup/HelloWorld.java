package dev.ringway.bench.startup;

/// The least that a program in Java can do: prints the text that the others read from the file, and reads nothing.
public final class HelloWorld {
    static final String TEXT = "A small file, as cat prints it.\n";

    private HelloWorld() {}

    public static void main(String[] args) {
        System.out.print(TEXT);
    }
}
