package dev.ringway;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;

/// What `java -jar` starts: prints which backend this machine gets, and why.
///
/// This class alone is compiled for Java 17, so that an older JDK says which one is needed instead of failing to load
/// it. That is why it names nothing newer and reaches the report by reflection only.
final class Main {
    private static final int NEEDED = 25;

    private Main() {}

    /// Prints the report, or exits with 1 on a JDK that is too old.
    ///
    /// @param args not used
    public static void main(String[] args) throws Throwable {
        if (Runtime.version().feature() < NEEDED) {
            System.err.println("Ringway needs JDK " + NEEDED + " or newer; this is "
                    + System.getProperty("java.version") + " (" + System.getProperty("java.home") + ").");
            System.err.println("Install one, for example Eclipse Temurin from https://adoptium.net, "
                    + "and run its bin/java instead.");
            System.exit(1);
        }
        Method print = Class.forName("dev.ringway.Report").getDeclaredMethod("print");
        try {
            print.invoke(null);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }
}
