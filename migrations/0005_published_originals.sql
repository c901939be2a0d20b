ALTER TABLE `originals` ADD `published` integer DEFAULT false NOT NULL;--> statement-breakpoint
CREATE INDEX `originals_published` ON `originals` (`id`) WHERE published = 1;