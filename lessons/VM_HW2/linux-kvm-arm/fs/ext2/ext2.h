/*
 * The second extended file system.
 *
 * A disk is a row of blocks, divided into groups. Each group has a bitmap of its blocks, a
 * bitmap of its inodes, and a table of inodes; a table of descriptors behind the super
 * block says where. An inode has 15 block numbers: 12 of data, then one each of a block
 * with numbers of data blocks, of a block with numbers of such blocks, and once more.
 *
 * A power cut may come between any two writes. So things are written in this order:
 *   - made: the file's bytes, the blocks of numbers, the inode, then the name;
 *   - removed: the name, then the inode, and only then may others have its blocks.
 * Names and inodes that come or go are written at once; bytes, blocks of numbers and
 * sizes when the file is closed or synced, or after some seconds; bitmaps and counts come
 * last, as e2fsck can find them from the rest.
 */
#ifndef _EXT2_H
#define _EXT2_H

#include <linux/buffer_head.h>
#include <linux/fs.h>
#include <linux/kernel.h>

#define EXT2_BAD_INO   1
#define EXT2_ROOT_INO  2
#define EXT2_NDIR_BLOCKS 12
#define EXT2_IND_BLOCK 12
#define EXT2_N_BLOCKS  15
#define EXT2_NAME_LEN  255
#define EXT2_LINK_MAX  32000
#define EXT2_GOOD_OLD_REV 0
#define EXT2_GOOD_OLD_INODE_SIZE 128
#define EXT2_GOOD_OLD_FIRST_INO 11

#define EXT2_VALID_FS 1 /* s_state: was unmounted properly */
#define EXT2_ERROR_FS 2

#define EXT2_FEATURE_INCOMPAT_FILETYPE 0x2
#define EXT2_FEATURE_RO_COMPAT_SPARSE_SUPER 0x1
#define EXT2_FEATURE_RO_COMPAT_LARGE_FILE 0x2

#define EXT2_INDEX_FL     0x1000 /* the directory has a hash index */

/* On the disk everything is little endian, and so are we. */
struct ext2_super_block {
	u32 s_inodes_count, s_blocks_count, s_r_blocks_count, s_free_blocks_count;
	u32 s_free_inodes_count, s_first_data_block, s_log_block_size, s_log_frag_size;
	u32 s_blocks_per_group, s_frags_per_group, s_inodes_per_group;
	u32 s_mtime, s_wtime;
	u16 s_mnt_count, s_max_mnt_count, s_magic, s_state, s_errors, s_minor_rev_level;
	u32 s_lastcheck, s_checkinterval, s_creator_os, s_rev_level;
	u16 s_def_resuid, s_def_resgid;
	u32 s_first_ino;
	u16 s_inode_size, s_block_group_nr;
	u32 s_feature_compat, s_feature_incompat, s_feature_ro_compat;
	u8 s_uuid[16];
	char s_volume_name[16];
};

struct ext2_group_desc {
	u32 bg_block_bitmap, bg_inode_bitmap, bg_inode_table;
	u16 bg_free_blocks_count, bg_free_inodes_count, bg_used_dirs_count, bg_pad;
	u32 bg_reserved[3];
};

struct ext2_inode {
	u16 i_mode, i_uid;
	u32 i_size, i_atime, i_ctime, i_mtime, i_dtime;
	u16 i_gid, i_links_count;
	u32 i_blocks, i_flags, i_osd1;
	u32 i_block[EXT2_N_BLOCKS];
	u32 i_generation, i_file_acl, i_dir_acl /* of files: the size's high half */, i_faddr;
	u8 i_frag, i_fsize;
	u16 i_pad1, i_uid_high, i_gid_high;
	u32 i_reserved2;
};

/* A name. The next one begins rec_len bytes on; inode 0: unused. */
struct ext2_dir_entry_2 {
	u32 inode;
	u16 rec_len;
	u8 name_len, file_type;
	char name[];
};
#define EXT2_DIR_HEAD 8u
#define EXT2_DIR_REC_LEN(len) (((len) + EXT2_DIR_HEAD + 3) & ~3u)

/* What is known of a mounted one (sb->s_fs_info). */
struct ext2_sb_info {
	struct buffer_head *s_sbh;
	struct ext2_super_block *s_es; /* in s_sbh */
	struct buffer_head **s_group_desc;
	u32 s_groups_count, s_desc_per_block, s_inodes_per_group, s_blocks_per_group;
	u32 s_inode_size, s_first_ino, s_first_data_block, s_blocks_count, s_inodes_count;
	u32 s_last_block; /* where the last block was found: the next is looked for from here */
	bool s_filetype;
	bool s_go_on; /* errors=continue: keep writing to a disk with errors */
};

/* What is known of an inode in memory (inode->i_private). */
struct ext2_inode_info {
	u32 i_block[EXT2_N_BLOCKS];
	u32 i_flags, i_dtime, i_file_acl, i_generation;
	bool fresh; /* never written yet */
};

static inline struct ext2_sb_info *EXT2_SB(struct super_block *sb)
{
	return sb->s_fs_info;
}

static inline struct ext2_inode_info *EXT2_I(struct inode *inode)
{
	return inode->i_private;
}

/*
 * What is wrong with the disk, for the log. The disk is marked as in need of e2fsck and
 * not written any more, so that it does not become worse (see errors= in super.c).
 */
void ext2_error(struct super_block *sb, const char *what, unsigned long ino, u64 value);

/* balloc.c */
struct ext2_group_desc *ext2_get_group_desc(struct super_block *sb, u32 group,
					    struct buffer_head **bh);
bool ext2_data_block_valid(struct super_block *sb, u32 block);
int ext2_new_block(struct super_block *sb, u32 goal, u32 *block);
void ext2_free_block(struct super_block *sb, u32 block);
int ext2_find_zero_bit(const u8 *map, int from, int end);

/* ialloc.c */
struct inode *ext2_new_inode(struct inode *dir, umode_t mode);
void ext2_free_inode(struct super_block *sb, unsigned long ino, bool directory);

/* xattr.c */
void ext2_free_attributes(struct inode *inode);

/* inode.c */
struct inode *ext2_iget(struct super_block *sb, unsigned long ino);
int ext2_write_inode(struct inode *inode);
int ext2_mark_deleted(struct inode *inode);
void ext2_evict_inode(struct inode *inode);
void ext2_set_inode_ops(struct inode *inode);

/* block_map.c */
int ext2_get_block(struct inode *inode, u64 iblock, bool create, u32 *block);
int ext2_truncate_blocks(struct inode *inode, loff_t size);
loff_t ext2_max_size(unsigned int blocksize_bits);

/* file.c */
extern const struct address_space_operations ext2_aops;
extern const struct file_operations ext2_file_operations;
extern const struct inode_operations ext2_file_inode_operations, ext2_symlink_inode_operations;
int ext2_truncate(struct inode *inode, loff_t size);

/* dir.c */
extern const struct file_operations ext2_dir_operations;
int ext2_find_entry(struct inode *dir, const char *name, u32 *ino);
int ext2_add_entry(struct inode *dir, const char *name, struct inode *inode);
int ext2_delete_entry(struct inode *dir, const char *name);
/* The name stands for another inode from now on; one sector is written. */
int ext2_set_link(struct inode *dir, const char *name, struct inode *inode);
int ext2_make_empty(struct inode *inode, struct inode *parent);
int ext2_empty_dir(struct inode *dir);

/* namei.c */
extern const struct inode_operations ext2_dir_inode_operations;

#endif
