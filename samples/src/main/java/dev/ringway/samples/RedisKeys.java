package dev.ringway.samples;

import static java.util.Map.entry;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/// The keys of a server, and the commands on them. A value is a string or a list of them. Belongs to one thread.
///
/// There is no limit to how much it keeps.
final class RedisKeys {
    /// A reply that is a word.
    record Status(String text) {}

    /// A reply that says what is wrong.
    record Failure(String text) {}

    private static final Status OK = new Status("OK");
    private static final Status PONG = new Status("PONG");
    private static final Failure UNKNOWN = new Failure("ERR unknown command");
    private static final Failure ARGUMENTS = new Failure("ERR wrong number of arguments");
    private static final Failure SYNTAX = new Failure("ERR syntax error");
    private static final Failure NOT_A_NUMBER = new Failure("ERR value is not an integer or out of range");
    private static final Failure WRONG_TYPE =
            new Failure("WRONGTYPE Operation against a key holding the wrong kind of value");
    private static final int MANY = Integer.MAX_VALUE;

    private final Map<String, Command> commands = Map.ofEntries(
            entry("PING", new Command(0, 1, words -> words.isEmpty() ? PONG : words.getFirst())),
            entry("ECHO", new Command(1, 1, List::getFirst)),
            entry("GET", new Command(1, 1, words -> string(words.getFirst()))),
            entry("SET", new Command(2, 4, this::set)),
            entry("MSET", new Command(2, MANY, this::setAll)),
            entry("DEL", new Command(1, MANY, words -> words.stream().filter(this::remove).count())),
            entry("INCR", new Command(1, 1, words -> increment(words.getFirst()))),
            entry("LPUSH", new Command(2, MANY, this::push)),
            entry("LRANGE", new Command(3, 3, this::range)),
            entry("EXPIRE", new Command(2, 2, this::expire)),
            entry("CONFIG", new Command(2, 2, words ->
                    words.getFirst().equalsIgnoreCase("GET") ? List.of(words.getLast(), "") : SYNTAX)),
            entry("COMMAND", new Command(0, MANY, words -> List.of())));
    private final Map<String, Object> values = new HashMap<>();
    private final Map<String, Long> expirations = new HashMap<>(); // as System.nanoTime()

    /// @param min words that it needs
    /// @param max words that it takes
    private record Command(int min, int max, Function<List<String>, Object> run) {}

    /// @return null, a `Long`, a `String`, a [Status], a [Failure], or a list of strings
    Object execute(List<String> words) {
        Command command = commands.get(words.getFirst().toUpperCase(Locale.ROOT));
        if (command == null) {
            return UNKNOWN;
        }
        int count = words.size() - 1;
        return count < command.min || count > command.max
                ? ARGUMENTS
                : command.run.apply(words.subList(1, words.size()));
    }

    /// Forgets the keys whose time has come. A command on one of them sees that by itself.
    void expire() {
        List.copyOf(expirations.keySet()).forEach(this::value);
    }

    private Object value(String key) {
        if (hasExpired(key)) {
            remove(key);
        }
        return values.get(key);
    }

    private boolean hasExpired(String key) {
        Long expiration = expirations.isEmpty() ? null : expirations.get(key);
        return expiration != null && System.nanoTime() - expiration >= 0;
    }

    private Object string(String key) {
        Object value = value(key);
        return value instanceof List ? WRONG_TYPE : value;
    }

    /// @return whether it was there
    private boolean remove(String key) {
        boolean expired = hasExpired(key);
        expirations.remove(key);
        return values.remove(key) != null && !expired;
    }

    private Object set(List<String> words) {
        long nanos = 0;
        if (words.size() > 2) {
            Long count = words.size() == 4 ? number(words.get(3)) : null;
            if (count == null || count <= 0 || !words.get(2).toUpperCase(Locale.ROOT).matches("EX|PX")) {
                return SYNTAX;
            }
            nanos = (words.get(2).equalsIgnoreCase("EX") ? TimeUnit.SECONDS : TimeUnit.MILLISECONDS).toNanos(count);
        }
        put(words.get(0), words.get(1));
        if (nanos > 0) {
            expireAfter(words.get(0), nanos);
        }
        return OK;
    }

    /// A new value stays until it is deleted.
    private void put(String key, String value) {
        values.put(key, value);
        expirations.remove(key);
    }

    private Object setAll(List<String> words) {
        if (words.size() % 2 != 0) {
            return ARGUMENTS;
        }
        for (int i = 0; i < words.size(); i += 2) {
            put(words.get(i), words.get(i + 1));
        }
        return OK;
    }

    private Object increment(String key) {
        Object old = string(key);
        if (old instanceof Failure) {
            return old;
        }
        Long number = old == null ? Long.valueOf(0) : number((String) old);
        if (number == null || number == Long.MAX_VALUE) {
            return NOT_A_NUMBER;
        }
        values.put(key, String.valueOf(number + 1)); // and it expires as before
        return number + 1;
    }

    /// Lists are kept the other way round: what is pushed is added.
    private Object push(List<String> words) {
        if (value(words.getFirst()) instanceof String) {
            return WRONG_TYPE;
        }
        @SuppressWarnings("unchecked") // there are no other lists
        List<String> list = (List<String>) values.computeIfAbsent(words.getFirst(), key -> new ArrayList<String>());
        list.addAll(words.subList(1, words.size()));
        return (long) list.size();
    }

    /// A copy: while a slow client gets it, others may change the list.
    private Object range(List<String> words) {
        Object value = value(words.getFirst());
        Long first = number(words.get(1));
        Long last = number(words.get(2));
        if (first == null || last == null) {
            return NOT_A_NUMBER;
        }
        if (!(value instanceof List<?> list)) {
            return value == null ? List.of() : WRONG_TYPE;
        }
        int size = list.size();
        int from = Math.clamp(first < 0 ? first + size : first, 0, size);
        int to = Math.clamp(last < 0 ? last + size + 1 : Math.min(last, size) + 1, from, size);
        return List.copyOf(list.reversed().subList(from, to));
    }

    private Object expire(List<String> words) {
        Long seconds = number(words.get(1));
        if (seconds == null) {
            return NOT_A_NUMBER;
        }
        if (value(words.getFirst()) == null) {
            return 0L;
        }
        expireAfter(words.getFirst(), TimeUnit.SECONDS.toNanos(seconds));
        return 1L;
    }

    private void expireAfter(String key, long nanos) {
        expirations.put(key, System.nanoTime() + Math.clamp(nanos, 0, Long.MAX_VALUE / 2));
    }

    private static Long number(String text) {
        try {
            return Long.valueOf(text);
        } catch (NumberFormatException none) {
            return null;
        }
    }
}
