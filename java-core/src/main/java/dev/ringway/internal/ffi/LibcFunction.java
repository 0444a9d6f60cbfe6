package dev.ringway.internal.ffi;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Functions of C by name, all with one shape: a segment for errno, and six longs of which a function takes as many as
 * it has parameters.
 */
final class LibcFunction {

    private static final int LONGS = 6;
    private static final MethodType SHAPE = MethodType.methodType(
            long.class,
            MemorySegment.class,
            long.class,
            long.class,
            long.class,
            long.class,
            long.class,
            long.class);

    private LibcFunction() {}

    /**
     * Returns a function of the C library, or null where it has none of this name.
     *
     * @param signature the result, then the parameters: {@code i} for an int, {@code l} for whatever has the size of an
     *     address; a {@code .} stands before the first of a variable number of arguments
     */
    static @Nullable MethodHandle find(String name, String signature) {
        return find(Linker.nativeLinker().defaultLookup(), name, signature);
    }

    /** Returns a function of another library. */
    @SuppressWarnings("restricted") // the signatures are those of the manual; who passes addresses answers for them
    static @Nullable MethodHandle find(SymbolLookup library, String name, String signature) {
        MemorySegment address = library.find(name).orElse(null);
        if (address == null) {
            return null;
        }
        List<MemoryLayout> parameters = new ArrayList<>();
        List<Linker.Option> options = new ArrayList<>();
        options.add(Linker.Option.captureCallState("errno"));
        for (char letter : signature.substring(1).toCharArray()) {
            if (letter == '.') {
                options.add(Linker.Option.firstVariadicArg(parameters.size()));
            } else {
                parameters.add(layout(letter));
            }
        }
        FunctionDescriptor descriptor =
                FunctionDescriptor.of(layout(signature.charAt(0)), parameters.toArray(MemoryLayout[]::new));
        MethodHandle function =
                Linker.nativeLinker().downcallHandle(address, descriptor, options.toArray(Linker.Option[]::new));
        List<Class<?>> ignored = Collections.nCopies(LONGS - parameters.size(), long.class);
        MethodHandle wide = MethodHandles.dropArguments(function, 1 + parameters.size(), ignored);
        return MethodHandles.explicitCastArguments(wide, SHAPE);
    }

    private static MemoryLayout layout(char letter) {
        return letter == 'i' ? ValueLayout.JAVA_INT : ValueLayout.JAVA_LONG;
    }

    /**
     * Loads a library for as long as the process lives.
     *
     * @throws IllegalArgumentException if it cannot be loaded
     */
    @SuppressWarnings("restricted") // the user has named the file
    static SymbolLookup load(Path path) {
        return SymbolLookup.libraryLookup(path, Arena.global());
    }
}
