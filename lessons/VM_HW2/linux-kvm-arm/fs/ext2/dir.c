/*
 * Directories: blocks full of names. Each entry says where the next one begins, and the
 * last of a block ends with it. A power cut may come between any two sectors; so a change
 * becomes visible by the write of a single one, after all that it needs is on the disk.
 */
#include <linux/err.h>
#include <linux/string.h>
#include "ext2.h"

/* A name found, or a place for one: in which block, at what, and behind what. */
struct slot {
	struct buffer_head *bh;
	struct ext2_dir_entry_2 *de, *before; /* before: in the same block, or NULL */
};

static struct buffer_head *read_dir_block(struct inode *dir, u64 iblock)
{
	struct buffer_head *bh;
	u32 block;
	int err = ext2_get_block(dir, iblock, false, &block);

	if (err)
		return ERR_PTR(err);
	if (!block) {
		ext2_error(dir->i_sb, "directory inode %lu has a hole at block %llu", dir->i_ino,
			   iblock);
		return ERR_PTR(-EIO);
	}
	bh = sb_bread(dir->i_sb, block);
	return bh ? bh : ERR_PTR(-EIO);
}

/* Can there be an entry at that byte of the block? Nothing may reach beyond the block. */
static bool check_entry(struct inode *dir, struct buffer_head *bh, unsigned int at)
{
	struct ext2_dir_entry_2 *de = (void *)(bh->b_data + at);

	if (at + 8 <= bh->b_size && de->rec_len >= 12 && !(de->rec_len & 3) &&
	    de->rec_len <= bh->b_size - at && EXT2_DIR_REC_LEN(de->name_len) <= de->rec_len &&
	    de->inode <= EXT2_SB(dir->i_sb)->s_inodes_count)
		return true;
	ext2_error(dir->i_sb, "directory inode %lu has a broken entry in block %llu", dir->i_ino,
		   bh->b_blocknr);
	return false;
}

/* Is there room behind de's own name (or in de, if it is unused)? */
static bool has_room(const struct ext2_dir_entry_2 *de, unsigned int need)
{
	return de->rec_len >= need + (de->inode ? EXT2_DIR_REC_LEN(de->name_len) : 0);
}

static bool is_name(const struct ext2_dir_entry_2 *de, const char *name, size_t len)
{
	return de->inode && de->name_len == len && !memcmp(de->name, name, len);
}

/* Looks for name; or, with need, for room for so many bytes. 0 with slot->bh held. */
static int search(struct inode *dir, const char *name, unsigned int need, struct slot *slot)
{
	u64 blocks = dir->i_size >> dir->i_sb->s_blocksize_bits;
	size_t len = strlen(name);

	for (u64 i = 0; i < blocks; i++) {
		struct buffer_head *bh = read_dir_block(dir, i);

		if (IS_ERR(bh))
			return PTR_ERR(bh);
		*slot = (struct slot){ .bh = bh };
		for (unsigned int at = 0; at < bh->b_size; at += slot->de->rec_len) {
			slot->before = slot->de;
			slot->de = (void *)(bh->b_data + at);
			if (!check_entry(dir, bh, at)) {
				brelse(bh);
				return -EIO;
			}
			if (need ? has_room(slot->de, need) : is_name(slot->de, name, len))
				return 0;
		}
		brelse(bh);
	}
	return -ENOENT;
}

int ext2_find_entry(struct inode *dir, const char *name, u32 *ino)
{
	struct slot slot;
	int err = search(dir, name, 0, &slot);

	if (err)
		return err;
	*ino = slot.de->inode;
	brelse(slot.bh);
	return 0;
}

static void set_entry(struct ext2_dir_entry_2 *de, const struct inode *inode)
{
	static const u8 types[16] = { [DT_REG] = 1, [DT_DIR] = 2, [DT_CHR] = 3, [DT_BLK] = 4,
				      [DT_FIFO] = 5, [DT_SOCK] = 6, [DT_LNK] = 7 };

	de->inode = inode->i_ino;
	de->file_type = EXT2_SB(inode->i_sb)->s_filetype ? types[(inode->i_mode & S_IFMT) >> 12]
							 : 0;
}

/* n bytes of a block have changed: to the disk. */
static int write_part(struct inode *dir, struct buffer_head *bh, const void *from, unsigned int n)
{
	dir->i_mtime = dir->i_ctime = CURRENT_TIME;
	EXT2_I(dir)->i_flags &= ~EXT2_INDEX_FL; /* we do not keep ext3's index of names */
	mark_inode_dirty(dir);
	return write_buffer_part(bh, from, n);
}

/* One block more, empty: on the disk before the directory has it. */
static int grow(struct inode *dir, struct slot *slot)
{
	struct super_block *sb = dir->i_sb;
	u32 block;
	int err = ext2_get_block(dir, dir->i_size >> sb->s_blocksize_bits, true, &block);

	if (err)
		return err;
	*slot = (struct slot){ .bh = sb_getblk(sb, block) };
	if (!slot->bh)
		return -ENOMEM;
	memset(slot->bh->b_data, 0, slot->bh->b_size);
	slot->de = (void *)slot->bh->b_data;
	slot->de->rec_len = slot->bh->b_size;
	mark_buffer_dirty(slot->bh);
	err = sync_dirty_buffer(slot->bh);
	if (!err) {
		dir->i_size += sb->s_blocksize;
		err = ext2_write_inode(dir);
	}
	if (err)
		brelse(slot->bh);
	return err;
}

/*
 * A new entry in de: an unused one, or the rest of an entry that is longer than its name
 * (rest_of). Until the last write there is nothing to be seen of it.
 */
static int fill_entry(struct inode *dir, struct buffer_head *bh, struct ext2_dir_entry_2 *de,
		      struct ext2_dir_entry_2 *rest_of, const char *name, struct inode *inode)
{
	struct ext2_dir_entry_2 *first = rest_of ? rest_of : de;
	char *end = de->name + strlen(name);
	int err = 0;

	de->inode = 0;
	de->name_len = strlen(name);
	memcpy(de->name, name, de->name_len);
	if (rest_of) {
		de->rec_len = rest_of->rec_len - ((char *)de - (char *)rest_of);
		set_entry(de, inode);
	}
	/* more than the sector that makes it visible? */
	if (((char *)first - bh->b_data) / SECTOR_SIZE != (end - 1 - bh->b_data) / SECTOR_SIZE)
		err = write_part(dir, bh, de, end - (char *)de);
	if (err)
		return err;
	if (rest_of)
		rest_of->rec_len = (char *)de - (char *)rest_of;
	else
		set_entry(de, inode);
	return write_part(dir, bh, first, EXT2_DIR_HEAD);
}

int ext2_add_entry(struct inode *dir, const char *name, struct inode *inode)
{
	size_t len = strlen(name);
	struct ext2_dir_entry_2 *de;
	struct slot slot;
	int err = search(dir, name, EXT2_DIR_REC_LEN(len), &slot);

	if (err == -ENOENT)
		err = grow(dir, &slot);
	if (err)
		return err;
	de = slot.de;
	if (de->inode)
		de = (void *)((char *)de + EXT2_DIR_REC_LEN(de->name_len));
	err = fill_entry(dir, slot.bh, de, de == slot.de ? NULL : slot.de, name, inode);
	brelse(slot.bh);
	return err;
}

int ext2_delete_entry(struct inode *dir, const char *name)
{
	struct slot slot;
	int err = search(dir, name, 0, &slot);

	if (err)
		return err;
	slot.de->inode = 0;
	if (slot.before) /* from now on nobody looks at it */
		slot.before->rec_len += slot.de->rec_len;
	err = write_part(dir, slot.bh, slot.before ? slot.before : slot.de, EXT2_DIR_HEAD);
	brelse(slot.bh);
	return err;
}

int ext2_set_link(struct inode *dir, const char *name, struct inode *inode)
{
	struct slot slot;
	int err = search(dir, name, 0, &slot);

	if (err)
		return err;
	set_entry(slot.de, inode);
	err = write_part(dir, slot.bh, slot.de, EXT2_DIR_HEAD);
	brelse(slot.bh);
	return err;
}

/* The first block of a new directory: "." and "..". */
int ext2_make_empty(struct inode *inode, struct inode *parent)
{
	struct slot slot;
	struct ext2_dir_entry_2 *de;
	int err;

	inode->i_size = 0;
	err = grow(inode, &slot);
	if (err)
		return err;
	de = slot.de;
	de->name_len = 1;
	de->name[0] = '.';
	de->rec_len = 12;
	set_entry(de, inode);
	de = (void *)(slot.bh->b_data + 12);
	de->name_len = 2;
	de->name[0] = de->name[1] = '.';
	de->rec_len = slot.bh->b_size - 12;
	set_entry(de, parent);
	err = write_part(inode, slot.bh, slot.bh->b_data, 24);
	brelse(slot.bh);
	return err;
}

/* Calls ctx's actor for the names from ctx->pos (a byte of the directory) on. */
static int list(struct inode *dir, struct dir_context *ctx)
{
	static const u8 types[8] = { DT_UNKNOWN, DT_REG, DT_DIR, DT_CHR, DT_BLK, DT_FIFO, DT_SOCK,
				     DT_LNK };
	unsigned int size = dir->i_sb->s_blocksize;

	while (ctx->pos >= 0 && ctx->pos < dir->i_size) {
		loff_t base = ctx->pos & ~(loff_t)(size - 1);
		struct buffer_head *bh = read_dir_block(dir, base >> dir->i_sb->s_blocksize_bits);
		struct ext2_dir_entry_2 *de;

		if (IS_ERR(bh))
			return PTR_ERR(bh);
		/* from the block's start: at pos there may be no entry any more */
		for (unsigned int at = 0; at < size; at += de->rec_len) {
			de = (void *)(bh->b_data + at);
			if (!check_entry(dir, bh, at)) {
				brelse(bh);
				return -EIO;
			}
			if (base + at < ctx->pos || !de->inode)
				continue;
			ctx->pos = base + at;
			if (!dir_emit(ctx, de->name, de->name_len, de->inode,
				      types[de->file_type & 7])) {
				brelse(bh);
				return 0;
			}
			ctx->pos = base + at + de->rec_len;
		}
		brelse(bh);
		ctx->pos = base + size;
	}
	return 0;
}

static int ext2_iterate(struct file *file, struct dir_context *ctx)
{
	return list(file->f_inode, ctx);
}

const struct file_operations ext2_dir_operations = {
	.iterate = ext2_iterate,
	.llseek = generic_llseek
};

static int not_dots(struct dir_context *ctx, const char *name, int len, loff_t pos,
		    unsigned long ino, unsigned int type)
{
	return !(name[0] == '.' && (len == 1 || (len == 2 && name[1] == '.')));
}

/* 0, -ENOTEMPTY, or that it cannot be read. */
int ext2_empty_dir(struct inode *dir)
{
	struct dir_context ctx = { .actor = not_dots };
	int err = list(dir, &ctx);

	return err ? err : ctx.pos < dir->i_size ? -ENOTEMPTY : 0;
}
