<?php

// SPDX-FileCopyrightText: VoiceAssist contributors
// SPDX-License-Identifier: AGPL-3.0-or-later

declare(strict_types=1);

namespace OCA\VoiceAssist\Search;

use OCA\VoiceAssist\AppInfo\Application;
use OCA\VoiceAssist\Service\Browser;
use OCA\VoiceAssist\Service\DaemonClient;
use OCA\VoiceAssist\Service\Pairing;
use OCA\VoiceAssist\Service\Vouch;
use OCP\ICache;
use OCP\ICacheFactory;
use OCP\IL10N;
use OCP\IURLGenerator;
use OCP\IUser;
use OCP\Search\IProvider;
use OCP\Search\ISearchQuery;
use OCP\Search\SearchResult;
use OCP\Search\SearchResultEntry;
use Psr\Log\LoggerInterface;

/**
 * Files by what is written in them, for the person who searches, in Nextcloud's own search. Shown are names, folders and
 * pages of files that person may open; the passages stay with the daemon. When the daemon does not answer at once there
 * is nothing to show, and for a while it is not asked: the other providers must not wait for it.
 */
class PassageProvider implements IProvider {
	private const MIN_CHARS = 3;
	private const MAX_CHARS = 500;
	private const MAX_RESULTS = 10;
	/** How long a daemon that did not answer is left alone. */
	private const PAUSE_SECONDS = 30;

	private ICache $cache;

	public function __construct(
		private Pairing $pairing,
		private Vouch $vouch,
		private Browser $browser,
		private DaemonClient $daemon,
		private IURLGenerator $urls,
		private IL10N $l10n,
		private LoggerInterface $log,
		ICacheFactory $caches,
	) {
		$this->cache = $caches->createDistributed(Application::ID . '-search');
	}

	public function getId(): string {
		return Application::ID;
	}

	public function getName(): string {
		return $this->l10n->t('Written in documents');
	}

	public function getOrder(string $route, array $routeParameters): ?int {
		return str_starts_with($route, Application::ID . '.') ? -1 : 50;
	}

	public function search(IUser $user, ISearchQuery $query): SearchResult {
		$words = trim($query->getTerm());
		if (mb_strlen($words) < self::MIN_CHARS || mb_strlen($words) > self::MAX_CHARS || !$this->pairing->isPaired()) {
			return SearchResult::complete($this->getName(), []);
		}
		return SearchResult::complete($this->getName(), array_merge($this->found($user, $words, min($query->getLimit(), self::MAX_RESULTS)), [$this->ask($words)]));
	}

	/** @return list<SearchResultEntry> */
	private function found(IUser $user, string $words, int $limit): array {
		if ($this->cache->get('away') !== null) {
			return [];
		}
		try {
			$session = $this->daemon->openSession($this->vouch->for($user, $this->browser->claims()), hasty: true);
			$passages = $this->daemon->search($session['token'], $words, $limit);
		} catch (\Throwable $failure) {
			// A person without a connection is refused; that is no trouble of the daemon.
			if ($failure->getCode() !== 401) {
				$this->cache->set('away', true, self::PAUSE_SECONDS);
				$this->log->info('The search goes on without VoiceAssist.', ['app' => Application::ID, 'exception' => $failure]);
			}
			return [];
		}
		$entries = [];
		foreach ($passages as $passage) {
			$entry = is_array($passage) ? $this->entry($passage) : null;
			if ($entry !== null) {
				$entries[$passage['file_id'] . '#' . $passage['pages']['first']] ??= $entry;
			}
		}
		return array_values($entries);
	}

	private function entry(array $passage): ?SearchResultEntry {
		if (!is_int($passage['file_id'] ?? null) || !is_string($passage['title'] ?? null) || !is_string($passage['path'] ?? null) || !is_int($passage['pages']['first'] ?? null)) {
			return null;
		}
		$place = $this->l10n->t('Page %1$s · %2$s', [(string)$passage['pages']['first'], dirname($passage['path'])]);
		$link = $this->urls->linkToRouteAbsolute('files.View.showFile', ['fileid' => $passage['file_id'], 'openfile' => 'true']);
		$entry = new SearchResultEntry('', $passage['title'], $place, $link, 'icon-text');
		$entry->addAttribute('fileId', (string)$passage['file_id']);
		$entry->addAttribute('path', $passage['path']);
		return $entry;
	}

	private function ask(string $words): SearchResultEntry {
		$link = $this->urls->linkToRouteAbsolute('voiceassist.page.index') . '#/chat?ask=' . rawurlencode($words);
		$icon = $this->urls->getAbsoluteURL($this->urls->imagePath(Application::ID, 'app-dark.svg'));
		return new SearchResultEntry($icon, $this->l10n->t('Ask VoiceAssist'), $words, $link);
	}
}
