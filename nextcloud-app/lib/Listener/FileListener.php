<?php

// SPDX-FileCopyrightText: VoiceAssist contributors
// SPDX-License-Identifier: AGPL-3.0-or-later

declare(strict_types=1);

namespace OCA\VoiceAssist\Listener;

use OCA\VoiceAssist\Service\Hints;
use OCP\EventDispatcher\Event;
use OCP\EventDispatcher\IEventListener;
use OCP\Files\Events\Node\AbstractNodeEvent;
use OCP\Files\Events\Node\BeforeNodeDeletedEvent;
use OCP\Files\Events\Node\NodeCopiedEvent;
use OCP\Files\Events\Node\NodeRenamedEvent;
use OCP\Files\Node;
use OCP\IUserSession;

/**
 * Notes that a file came, changed, moved or went. Ids only; what is in it and what it is called stays here.
 *
 * @template-implements IEventListener<Event>
 */
class FileListener implements IEventListener {
	public function __construct(
		private Hints $hints,
		private IUserSession $users,
	) {
	}

	public function handle(Event $event): void {
		if ($event instanceof NodeRenamedEvent || $event instanceof NodeCopiedEvent) {
			$this->note($event instanceof NodeRenamedEvent ? 'file.moved' : 'file.changed', $event->getTarget());
		} elseif ($event instanceof BeforeNodeDeletedEvent) {
			$this->note('file.deleted', $event->getNode());
		} elseif ($event instanceof AbstractNodeEvent) {
			$this->note('file.changed', $event->getNode());
		}
	}

	private function note(string $type, Node $node): void {
		try {
			// Trash, versions, previews and uploads in pieces are not files of people.
			$parts = explode('/', trim($node->getPath(), '/'), 3);
			if (($parts[1] ?? '') !== 'files' || $node->getId() <= 0) {
				return;
			}
			$parent = $node->getParentId();
			$this->hints->note($type, $node->getId(), $parent > 0 ? $parent : null, $this->users->getUser()?->getUID());
		} catch (\Throwable) {
			// A node that is gone already; the daemon finds out by itself.
		}
	}
}
