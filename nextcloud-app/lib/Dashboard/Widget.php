<?php

// SPDX-FileCopyrightText: VoiceAssist contributors
// SPDX-License-Identifier: AGPL-3.0-or-later

declare(strict_types=1);

namespace OCA\VoiceAssist\Dashboard;

use OCA\VoiceAssist\AppInfo\Application;
use OCA\VoiceAssist\Service\Browser;
use OCA\VoiceAssist\Service\DaemonClient;
use OCA\VoiceAssist\Service\Pairing;
use OCA\VoiceAssist\Service\Vouch;
use OCP\Dashboard\IAPIWidgetV2;
use OCP\Dashboard\IButtonWidget;
use OCP\Dashboard\IConditionalWidget;
use OCP\Dashboard\IIconWidget;
use OCP\Dashboard\Model\WidgetButton;
use OCP\Dashboard\Model\WidgetItem;
use OCP\Dashboard\Model\WidgetItems;
use OCP\IL10N;
use OCP\IURLGenerator;
use OCP\IUserManager;

/**
 * How one's documents are, in numbers, and the way to a question. A dashboard is seen by whoever walks by, so no title of
 * a conversation, no name of a file and nothing that was asked is ever on it.
 */
class Widget implements IAPIWidgetV2, IButtonWidget, IIconWidget, IConditionalWidget {
	public function __construct(
		private Pairing $pairing,
		private Vouch $vouch,
		private Browser $browser,
		private DaemonClient $daemon,
		private IUserManager $users,
		private IURLGenerator $urls,
		private IL10N $l10n,
	) {
	}

	public function getId(): string {
		return Application::ID;
	}

	public function getTitle(): string {
		return $this->l10n->t('VoiceAssist');
	}

	public function getOrder(): int {
		return 20;
	}

	public function getIconClass(): string {
		return 'icon-voiceassist';
	}

	public function getIconUrl(): string {
		return $this->urls->getAbsoluteURL($this->urls->imagePath(Application::ID, 'app-dark.svg'));
	}

	public function getUrl(): ?string {
		return $this->page('');
	}

	public function load(): void {
	}

	public function isEnabled(): bool {
		return $this->pairing->isPaired();
	}

	public function getWidgetButtons(string $userId): array {
		return [new WidgetButton(WidgetButton::TYPE_NEW, $this->page('#/chat'), $this->l10n->t('Ask a question'))];
	}

	public function getItemsV2(string $userId, ?string $since = null, int $limit = 7): WidgetItems {
		$user = $this->users->get($userId);
		if ($user === null) {
			return new WidgetItems();
		}
		try {
			$session = $this->daemon->openSession($this->vouch->for($user, $this->browser->claims()), hasty: true);
			$connection = $this->daemon->connection($session['token']);
		} catch (\Throwable) {
			return new WidgetItems([], $this->l10n->t('VoiceAssist does not answer at the moment.'));
		}
		if ($connection === null) {
			return new WidgetItems([$this->item($this->l10n->t('Connect your files'), $this->l10n->t('VoiceAssist needs your permission once.'), '#/settings')]);
		}
		return new WidgetItems(array_slice($this->items($connection), 0, $limit));
	}

	/** @return list<WidgetItem> */
	private function items(array $connection): array {
		$documents = is_array($connection['documents'] ?? null) ? $connection['documents'] : [];
		$sum = static fn (string ...$states): int => array_sum(array_map(static fn (string $state): int => (int)($documents[$state] ?? 0), $states));
		$items = [];
		if (($connection['advice']['code'] ?? 'none') !== 'none') {
			$items[] = $this->item($this->l10n->t('Your connection needs attention'), (string)($connection['advice']['sentence'] ?? ''), '#/settings');
		}
		$found = $sum('indexed', 'searchable');
		$items[] = $this->item($this->l10n->n('%n document can be found', '%n documents can be found', $found), $this->l10n->t('Ask a question'), '#/chat');
		$reading = $sum('pending', 'fetched', 'chunked');
		if ($reading > 0) {
			$items[] = $this->item($this->l10n->n('%n document is being read', '%n documents are being read', $reading), $this->l10n->t('See which'), '#/documents');
		}
		$failed = $sum('failed');
		if ($failed > 0) {
			$items[] = $this->item($this->l10n->n('%n document could not be read', '%n documents could not be read', $failed), $this->l10n->t('See why'), '#/documents');
		}
		return $items;
	}

	private function item(string $title, string $subtitle, string $place): WidgetItem {
		return new WidgetItem($title, $subtitle, $this->page($place), $this->getIconUrl());
	}

	private function page(string $place): string {
		return $this->urls->linkToRouteAbsolute('voiceassist.page.index') . $place;
	}
}
