package dev.ringway;

import dev.ringway.internal.op.fs.StatFields;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/// What the system says of a file, at one moment. Got from [AsyncFile#metadata].
///
/// A field that was not asked for, or that the system or the file system does not know, is empty. Immutable; may be
/// used from any thread. See `man 2 statx`.
public final class Metadata {
    private static final int PERMISSION_BITS = 07777;

    private final StatFields fields;

    Metadata(StatFields fields) {
        this.fields = fields;
    }

    /// What can be asked for.
    public enum Field {
        /// What kind of file it is.
        TYPE,
        /// Who may do what.
        PERMISSIONS,
        /// How many names it has.
        LINKS,
        /// The number of the user that it belongs to.
        OWNER,
        /// The number of the group that it belongs to.
        GROUP,
        /// Its number in its file system.
        INODE,
        /// How long it is, in bytes.
        SIZE,
        /// The room that it takes, in units of 512 bytes.
        BLOCKS,
        /// When it was read last.
        ACCESSED,
        /// When its content changed last.
        MODIFIED,
        /// When its content or its metadata changed last.
        CHANGED,
        /// When it was made.
        CREATED
    }

    /// Kinds of files.
    public enum Type {
        /// A file with content.
        REGULAR_FILE('-'),
        /// A directory.
        DIRECTORY('d'),
        /// A symbolic link, if links are not followed.
        SYMBOLIC_LINK('l'),
        /// A unix socket.
        SOCKET('s'),
        /// A disk.
        BLOCK_DEVICE('b'),
        /// A terminal, for instance.
        CHARACTER_DEVICE('c'),
        /// A pipe with a name.
        FIFO('p'),
        /// Something else.
        OTHER('?');

        private final char letter;

        Type(char letter) {
            this.letter = letter;
        }
    }

    /// The kind of file.
    public Optional<Type> type() {
        return known(Field.TYPE, fields.type());
    }

    /// Whether it is known to be a directory.
    public boolean isDirectory() {
        return is(Type.DIRECTORY);
    }

    /// Whether it is known to be a regular file.
    public boolean isRegularFile() {
        return is(Type.REGULAR_FILE);
    }

    /// Whether it is known to be a symbolic link.
    public boolean isSymbolicLink() {
        return is(Type.SYMBOLIC_LINK);
    }

    private boolean is(Type type) {
        return fields.has(Field.TYPE) && fields.type() == type;
    }

    /// Who may do what.
    public Optional<Set<PosixFilePermission>> permissions() {
        return known(Field.PERMISSIONS, fields.permissions());
    }

    /// The permissions as bits, with set-user-ID (04000), set-group-ID (02000) and the sticky bit (01000). See `man 7
    /// inode`.
    public OptionalLong permissionBits() {
        return known(Field.PERMISSIONS, fields.mode() & PERMISSION_BITS);
    }

    /// Names that the file has.
    public OptionalLong links() {
        return known(Field.LINKS, fields.links());
    }

    /// The id of the user it belongs to.
    public OptionalLong owner() {
        return known(Field.OWNER, fields.owner());
    }

    /// The id of the group it belongs to.
    public OptionalLong group() {
        return known(Field.GROUP, fields.group());
    }

    /// What tells it apart on its device.
    public OptionalLong inode() {
        return known(Field.INODE, fields.inode());
    }

    /// Its length in bytes.
    public OptionalLong size() {
        return known(Field.SIZE, fields.size());
    }

    /// What it takes on its device, in units of 512 bytes.
    public OptionalLong blocks() {
        return known(Field.BLOCKS, fields.blocks());
    }

    /// When it was read last, as far as the file system keeps count.
    public Optional<FileTime> accessed() {
        return known(Field.ACCESSED, fields.accessed());
    }

    /// When its content was changed last.
    public Optional<FileTime> modified() {
        return known(Field.MODIFIED, fields.modified());
    }

    /// When its content or metadata was changed last.
    public Optional<FileTime> changed() {
        return known(Field.CHANGED, fields.changed());
    }

    /// When it was created.
    public Optional<FileTime> created() {
        return known(Field.CREATED, fields.created());
    }

    /// The number of bytes that is best for transfers; always known.
    public long blockSize() {
        return fields.blockSize();
    }

    /// The device that it lies on, as `st_dev`; always known.
    public long device() {
        return fields.device();
    }

    /// The device that it stands for, as `st_rdev`, if it is known to be a device.
    public OptionalLong specialDevice() {
        return is(Type.CHARACTER_DEVICE) || is(Type.BLOCK_DEVICE)
                ? OptionalLong.of(fields.special())
                : OptionalLong.empty();
    }

    private <T> Optional<T> known(Field field, T value) {
        return fields.has(field) ? Optional.of(value) : Optional.empty();
    }

    private OptionalLong known(Field field, long value) {
        return fields.has(field) ? OptionalLong.of(value) : OptionalLong.empty();
    }

    /// Type, permissions and size, as `ls -l` has them; a question mark for what is not known.
    @Override
    public String toString() {
        return type().map(type -> String.valueOf(type.letter)).orElse("?")
                + permissions().map(PosixFilePermissions::toString).orElse("?")
                + " " + (fields.has(Field.SIZE) ? fields.size() + " bytes" : "?");
    }
}
