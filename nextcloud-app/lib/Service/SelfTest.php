<?php

// SPDX-FileCopyrightText: VoiceAssist contributors
// SPDX-License-Identifier: AGPL-3.0-or-later

declare(strict_types=1);

namespace OCA\VoiceAssist\Service;

use OCA\VoiceAssist\Exception\DaemonException;
use OCA\VoiceAssist\Exception\NotPairedException;
use OCP\App\IAppManager;
use OCP\AppFramework\Utility\ITimeFactory;
use OCP\IL10N;

/**
 * Six steps from this Nextcloud to the daemon and back. Each says what was found and, where something is wrong, what to
 * do about it; after a step without which the next ones mean nothing, those are left out. The same steps stand in the
 * administration settings, in Nextcloud's setup checks and in `occ voiceassist:self-test`.
 *
 * @psalm-type Step = array{id: string, title: string, state: 'ok'|'warning'|'error'|'skipped', detail: string, remedy: string}
 */
class SelfTest {
	/** Vouches are believed for a minute; a clock that is further off than half of that will fail sometime. */
	private const MAX_SKEW_SECONDS = 30;
	/** From here on hints wait longer than they are worth. */
	private const MANY_HINTS = 1000;

	public function __construct(
		private Pairing $pairing,
		private Vouch $vouch,
		private DaemonClient $daemon,
		private Hints $hints,
		private IAppManager $apps,
		private ITimeFactory $time,
		private IL10N $l10n,
	) {
	}

	/**
	 * Takes the steps; `overview` is what the daemon said, for whoever shows more of it.
	 *
	 * @return array{steps: list<Step>, overview: array|null}
	 */
	public function run(string $who): array {
		$steps = [];
		$overview = null;
		foreach (['paired', 'reached', 'believed', 'clock', 'way_back', 'hints'] as $id) {
			$failed = array_filter($steps, static fn (array $step): bool => $step['state'] === 'error') !== [];
			if ($failed && in_array($id, ['reached', 'believed'], true) || ($overview === null && in_array($id, ['clock', 'way_back', 'hints'], true))) {
				$steps[] = $this->step($id, 'skipped', $this->l10n->t('Not asked, because a step before has failed.'));
				continue;
			}
			$steps[] = match ($id) {
				'paired' => $this->paired(),
				'reached' => $this->reached(),
				'believed' => $this->believed($who, $overview),
				'clock' => $this->clock($overview ?? []),
				'way_back' => $this->wayBack($overview ?? []),
				'hints' => $this->reports($overview ?? []),
			};
		}
		return ['steps' => $steps, 'overview' => $overview];
	}

	/** @return Step */
	private function paired(): array {
		if ($this->pairing->isPaired()) {
			return $this->step('paired', 'ok', $this->l10n->t('This Nextcloud has a key and knows where the daemon is.'));
		}
		return $this->step('paired', 'error', $this->l10n->t('This Nextcloud has no daemon yet.'), $this->l10n->t('Enter the address of the daemon here, or run occ voiceassist:setup.'));
	}

	/** @return Step */
	private function reached(): array {
		try {
			$version = $this->daemon->version();
		} catch (DaemonException|NotPairedException) {
			return $this->step('reached', 'error', $this->l10n->t('The daemon does not answer.'), $this->l10n->t('See whether it runs (systemctl status voiceassist) and whether this server reaches its internal address.'));
		}
		$own = explode('.', $this->apps->getAppVersion('voiceassist'));
		$its = explode('.', $version);
		if ($version !== '' && ($own[0] ?? '') !== ($its[0] ?? '')) {
			$detail = $this->l10n->t('The daemon has version %1$s, this app %2$s.', [$version, implode('.', $own)]);
			return $this->step('reached', 'warning', $detail, $this->l10n->t('Install the same version of both.'));
		}
		return $this->step('reached', 'ok', $this->l10n->t('The daemon answers, version %s.', [$version]));
	}

	/** @return Step */
	private function believed(string $who, ?array &$overview): array {
		try {
			$overview = $this->daemon->overview($this->vouch->forApp($who));
		} catch (DaemonException $failure) {
			if ($failure->getCode() === 401) {
				$remedy = $this->l10n->t('Run this where the daemon is: %s', [$this->pairing->pairingCommand()]);
				return $this->step('believed', 'error', $this->l10n->t('The daemon does not believe this Nextcloud.'), $remedy . ' ' . $this->l10n->t('If you did, compare the clocks of both machines.'));
			}
			return $this->step('believed', 'error', $this->l10n->t('The daemon could not say how it is.'), $this->l10n->t('The daemon’s log says why: journalctl -u voiceassist.'));
		} catch (NotPairedException $failure) {
			return $this->step('believed', 'error', $failure->getMessage(), $this->l10n->t('Run occ voiceassist:setup again.'));
		}
		return $this->step('believed', 'ok', $this->l10n->t('The daemon believes this Nextcloud.'));
	}

	/** @return Step */
	private function clock(array $overview): array {
		$theirs = strtotime((string)($overview['now'] ?? ''));
		$skew = $theirs === false ? 0 : abs($theirs - $this->time->getTime());
		if ($skew > self::MAX_SKEW_SECONDS) {
			return $this->step('clock', 'warning', $this->l10n->t('The clocks differ by %s seconds.', [(string)$skew]), $this->l10n->t('Set both by a time service, for instance chrony or systemd-timesyncd.'));
		}
		return $this->step('clock', 'ok', $this->l10n->t('The clocks of both agree.'));
	}

	/** @return Step */
	private function wayBack(array $overview): array {
		if (($overview['nextcloud_reachable'] ?? false) !== true) {
			return $this->step('way_back', 'error', $this->l10n->t('The daemon does not reach this Nextcloud.'), $this->l10n->t('Run voiceassist doctor where the daemon is; it names the cause. Often its nextcloud.base_url is wrong, or trusted_domains lacks that name.'));
		}
		$parts = is_array($overview['components'] ?? null) ? $overview['components'] : [];
		foreach ($parts as $part) {
			if (is_array($part) && ($part['condition'] ?? '') !== 'ready') {
				$state = ($part['condition'] ?? '') === 'missing' ? 'error' : 'warning';
				return $this->step('way_back', $state, $this->l10n->t('The daemon reaches this Nextcloud, but lacks a part.'), (string)($part['detail'] ?? ''));
			}
		}
		return $this->step('way_back', 'ok', $this->l10n->t('The daemon reaches this Nextcloud, and all its parts are there.'));
	}

	/** @return Step */
	private function reports(array $overview): array {
		try {
			$this->hints->ensureKey();
		} catch (DaemonException|NotPairedException) {
			return $this->step('hints', 'warning', $this->l10n->t('Changes are not reported to the daemon.'), $this->l10n->t('Files are found all the same, only later. The daemon gave no key; its log says why.'));
		}
		$waiting = $this->hints->waiting();
		if ($waiting > self::MANY_HINTS) {
			return $this->step('hints', 'warning', $this->l10n->t('%s changes wait to be reported.', [(string)$waiting]), $this->l10n->t('Run Nextcloud’s background jobs by cron, or keep a worker: occ background-job:worker -i 1 "OCA\\VoiceAssist\\BackgroundJob\\DeliverHints".'));
		}
		$last = is_string($overview['last_hint_at'] ?? null) ? $overview['last_hint_at'] : '';
		$detail = $last === '' ? $this->l10n->t('Changes are reported as soon as something changes.') : $this->l10n->t('Changes are reported; %s wait.', [(string)$waiting]);
		return $this->step('hints', 'ok', $detail);
	}

	/** @return Step */
	private function step(string $id, string $state, string $detail, string $remedy = ''): array {
		$titles = [
			'paired' => $this->l10n->t('Paired'),
			'reached' => $this->l10n->t('Daemon answers'),
			'believed' => $this->l10n->t('Daemon believes this Nextcloud'),
			'clock' => $this->l10n->t('Clocks agree'),
			'way_back' => $this->l10n->t('Daemon reaches this Nextcloud'),
			'hints' => $this->l10n->t('Changes are reported'),
		];
		return ['id' => $id, 'title' => $titles[$id], 'state' => $state, 'detail' => $detail, 'remedy' => $remedy];
	}
}
