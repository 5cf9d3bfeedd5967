import type { SymbolTable } from '../machine/protocol.ts';

/** What the page asks of the toolchain's Worker. `job` numbers a request; its events carry it. */
export type BuildRequest =
	/** The tree as shipped, once, before all else. */
	| { readonly ask: 'tree'; readonly tree: ReadonlyMap<string, string> }
	| { readonly ask: 'build'; readonly job: number; readonly edits: Edits; readonly site: string }
	| {
			readonly ask: 'check';
			readonly job: number;
			readonly file: string;
			readonly edits: Edits;
			readonly site: string;
	  };

/** The student's changed files: path from the tree's root, and text. */
export type Edits = readonly (readonly [path: string, text: string])[];

/** One message of the compiler, assembler or linker. Lines and columns count from 1. */
export interface BuildMessage {
	readonly severity: 'error' | 'warning' | 'note';
	/** From the tree's root; undefined for a message without a place. */
	readonly file: string | undefined;
	readonly line: number;
	readonly column: number;
	readonly endLine?: number;
	readonly endColumn?: number;
	readonly message: string;
}

/** How far the Worker is. */
export type BuildProgress =
	| {
			readonly stage: 'loading';
			/** The whole one comes only where the small one lacks a part. */
			readonly compiler: 'small' | 'whole';
			readonly bytes: number;
			readonly total: number;
	  }
	| {
			readonly stage: 'compiling';
			readonly done: number;
			readonly total: number;
			readonly file: string;
	  }
	| { readonly stage: 'linking' };

/** Everything that a run of the machine needs. */
export interface Product {
	readonly kernel: Uint8Array;
	readonly initrd: Uint8Array;
	readonly symbols: { readonly host: SymbolTable; readonly guest: SymbolTable };
	/** What stepping through it needs besides; a product of the site's own build is without. */
	readonly stepping?: {
		readonly elf: { readonly host: Uint8Array; readonly guest: Uint8Array };
		/** What its asm-offsets.h defines. */
		readonly offsets: Readonly<Record<string, number>>;
	};
	/** How many files were compiled for it, and how long the whole took. */
	readonly compiled: number;
	readonly milliseconds: number;
}

/** What the Worker for the shipped tree posts, once; `reason` says in words why there is nothing. */
export type Shipped = { readonly product: Product } | { readonly reason: string };

export type BuildEvent =
	| { readonly say: 'progress'; readonly job: number; readonly progress: BuildProgress }
	| {
			readonly say: 'built';
			readonly job: number;
			/** Undefined where errors stood in the way. */
			readonly product: Product | undefined;
			readonly messages: readonly BuildMessage[];
	  }
	| {
			readonly say: 'checked';
			readonly job: number;
			readonly file: string;
			readonly messages: readonly BuildMessage[];
	  }
	| { readonly say: 'failed'; readonly job: number; readonly message: string };
