ALTER TABLE `images` ADD `received_bytes` integer;--> statement-breakpoint
ALTER TABLE `images` ADD `processing` text;